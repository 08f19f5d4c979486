"""The data sets of ``reasoning-gym`` 0.1.25, and what each is configured with beside seed and size.

Known here, so that a misspelt name is refused without the package; a test compares them.
"""

from __future__ import annotations

from collections.abc import Mapping


def _names(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


CONFIG_FIELDS: Mapping[str, frozenset[str]] = {
    "ab": _names("length"),
    "acre": _names("train"),
    "advanced_geometry": _names("min_coord max_coord task_types"),
    "aiw": _names("male_names female_names task_types task_type_weights max_entities"),
    "arc_1d": _names("min_size max_size num_train"),
    "arc_agi": _names(
        "use_train use_eval board_format_opts rotations mirrors use_color_permutation "
        "shuffle_example_order rotations_weights mirrors_weights"
    ),
    "base_conversion": _names("min_base max_base min_value max_value"),
    "basic_arithmetic": _names(
        "min_terms max_terms min_digits max_digits operators allow_parentheses allow_negation "
        "format_style whitespace"
    ),
    "bf": _names("difficulty"),
    "binary_alternation": _names("min_n max_n p_solvable"),
    "binary_matrix": _names("min_n max_n p_zero"),
    "bitwise_arithmetic": _names("difficulty"),
    "boxnet": _names(
        "min_row_num max_row_num min_column_num max_column_num min_box_num max_box_num colour_list"
    ),
    "caesar_cipher": _names("delimiter min_words max_words min_rotation max_rotation"),
    "calendar_arithmetic": _names("year tasks offset_upper_bound leap_year_range"),
    "chain_sum": _names("min_terms max_terms min_digits max_digits allow_negation"),
    "circuit_logic": _names("min_terms max_terms min_inputs max_inputs neg_prob allow_reuse"),
    "codeio": _names("input_prediction_probability difficulty"),
    "coin_flip": _names("min_trials max_trials allow_exact allow_at_least"),
    "color_cube_rotation": _names("min_rotations max_rotations"),
    "complex_arithmetic": _names(
        "min_real max_real min_imag max_imag operations operations_weights"
    ),
    "count_bits": _names("min_n max_n"),
    "count_primes": _names("min_n max_n"),
    "countdown": _names(
        "min_numbers max_numbers min_value max_value min_target max_target operators shuffle"
    ),
    "course_schedule": _names(
        "min_num_courses max_num_courses min_num_prerequisites max_num_prerequisites "
        "min_cycle_length max_cycle_length p_solvable"
    ),
    "cryptarithm": _names("min_words max_words allow_leading_zero"),
    "decimal_arithmetic": _names(
        "min_num_decimal_places max_num_decimal_places min_terms max_terms precision"
    ),
    "decimal_chain_sum": _names(
        "min_terms max_terms min_digits max_digits min_decimal_places max_decimal_places "
        "allow_negation"
    ),
    "dice": _names("num_dice max_dice_size"),
    "emoji_mystery": _names("min_words_in_sentence max_words_in_sentence"),
    "family_relationships": _names("min_family_size max_family_size male_names female_names"),
    "figlet_font": _names("static_word static_font min_word_len max_word_len space_letters"),
    "fraction_simplification": _names("min_value max_value min_factor max_factor styles"),
    "futoshiki": _names("min_board_size max_board_size min_difficulty max_difficulty"),
    "game_of_life": _names(
        "grid_size_x grid_size_y filled_cells_weights filled_cells simulation_steps"
    ),
    "game_of_life_halting": _names(
        "grid_size_x grid_size_y difficulty num_oscillators max_simulation_steps"
    ),
    "gcd": _names("min_numbers max_numbers min_value max_value"),
    "graph_color": _names("num_colors min_num_vertices max_num_vertices edge_probability"),
    "group_anagrams": _names(
        "min_anagram_groups max_anagram_groups min_words_per_group max_words_per_group"
    ),
    "gsm_symbolic": _names("difficulty"),
    "intermediate_integration": _names(
        "problem_types problem_type_weights linear_lower_bound linear_upper_bound "
        "min_linear_degree max_linear_degree outer_constant_min outer_constant_max "
        "min_poly_degree max_poly_degree symbols operators"
    ),
    "isomorphic_strings": _names("min_string_length max_string_length p_solvable"),
    "jugs": _names("num_jugs difficulty"),
    "kakurasu": _names("min_rows max_rows min_cols max_cols p_ones max_retries"),
    "knight_swap": _names(
        "min_nodes max_nodes min_pieces max_pieces min_steps max_steps max_attempts "
        "impossible_ratio"
    ),
    "knights_knaves": _names("n_people depth_constraint width_constraint"),
    "largest_island": _names(
        "min_rows max_rows min_cols max_cols min_num_islands max_num_islands min_island_size "
        "max_island_size"
    ),
    "lcm": _names("min_numbers max_numbers min_value max_value"),
    "leg_counting": _names("min_animals max_animals min_instances max_instances"),
    "letter_counting": _names("min_words max_words"),
    "letter_jumble": _names(
        "min_word_len max_word_len min_words max_words min_corruption_level "
        "max_corruption_level consecutive_words"
    ),
    "list_functions": _names(""),
    "mahjong_puzzle": _names("min_num_rounds max_num_rounds"),
    "manipulate_matrix": _names(
        "min_rows min_cols max_rows max_cols min_transforms max_transforms w_rotate w_hmirror "
        "w_vmirror w_dmirror w_cmirror w_map w_crop w_remove_every_nth_row "
        "w_remove_every_nth_col w_zero_divisible"
    ),
    "maze": _names("min_dist max_dist min_grid_size max_grid_size"),
    "mini_sudoku": _names("min_empty max_empty"),
    "modulo_grid": _names("size_x size_y max_divisor max_target max_holes"),
    "n_queens": _names("n min_remove max_remove"),
    "needle_haystack": _names("min_num_statements max_num_statements"),
    "number_filtering": _names(
        "min_numbers max_numbers min_decimals max_decimals min_value max_value"
    ),
    "number_format": _names("min_num_candidates max_num_candidates min_n max_n max_delta"),
    "number_sequence": _names("min_terms max_terms min_value max_value max_complexity"),
    "number_sorting": _names(
        "min_numbers max_numbers min_decimals max_decimals min_value max_value"
    ),
    "palindrome_generation": _names("min_length max_length"),
    "palindrome_partitioning": _names(
        "min_string_len max_string_len min_substring_palindrome_len max_substring_palindrome_len"
    ),
    "path_star": _names("degree node_range min_path_length max_path_length reversed"),
    "polynomial_equations": _names(
        "min_terms max_terms min_value max_value min_degree max_degree operators"
    ),
    "polynomial_multiplication": _names(
        "min_terms max_terms min_value max_value min_degree max_degree min_polynomials "
        "max_polynomials variables allow_cross_variable_product "
        "allow_multivariate_polynomials operators"
    ),
    "pool_matrix": _names("min_rows max_rows min_cols max_cols min_pool_size max_pool_size"),
    "power_function": _names("min_base max_base min_exponent max_exponent"),
    "prime_factorization": _names("min_value max_value"),
    "products": _names("min_terms max_terms min_digits max_digits allow_negation"),
    "propositional_logic": _names(
        "min_vars max_vars min_statements max_statements min_complexity max_complexity"
    ),
    "puzzle24": _names("operators min_value max_value"),
    "quantum_lock": _names("difficulty"),
    "ransom_note": _names(
        "min_note_length max_note_length min_magazine_length max_magazine_length p_solvable"
    ),
    "rearc": _names(
        "min_examples max_examples diff_lb diff_ub board_format_opts rng_difficulty_ranges "
        "rng_difficulty_weights pso_difficulty_ranges pso_difficulty_weights"
    ),
    "rectangle_count": _names("max_rectangles width height"),
    "rotate_matrix": _names("min_n max_n min_rotations max_rotations"),
    "rotten_oranges": _names("min_n max_n p_oranges p_rotten"),
    "rubiks_cube": _names("min_scramble_steps max_scramble_steps cube_size remove_ansi"),
    "rush_hour": _names("min_moves max_moves"),
    "self_reference": _names("difficulty"),
    "sentence_reordering": _names("min_words_in_sentence max_words_in_sentence"),
    "shortest_path": _names("min_rows max_rows min_cols max_cols p_blocked"),
    "simple_equations": _names(
        "min_terms max_terms min_value max_value operators operators_weights"
    ),
    "simple_geometry": _names("min_sides max_sides min_angle max_angle"),
    "simple_integration": _names(
        "min_terms max_terms min_degree max_degree min_bounds max_bounds operators symbols"
    ),
    "sokoban": _names("min_w min_h max_w max_h min_boxes max_boxes max_depth"),
    "spell_backward": _names("min_word_len max_word_len data_file"),
    "spiral_matrix": _names("min_n max_n"),
    "string_insertion": _names("min_string_length max_string_length"),
    "string_manipulation": _names(
        "min_string_length max_string_length min_num_rules max_num_rules"
    ),
    "string_splitting": _names("min_initial_machines max_initial_machines max_iterations"),
    "string_synthesis": _names("min_initial_blocks max_initial_blocks max_iterations"),
    "sudoku": _names("min_empty max_empty"),
    "survo": _names("min_board_size max_board_size min_empty max_empty min_num max_num"),
    "syllogism": _names(
        "allow_all allow_no allow_some allow_some_not invalid_ratio inversion_probability"
    ),
    "time_intervals": _names(
        "min_time max_time max_time_difference_seconds min_date max_date "
        "max_date_difference_days task_types"
    ),
    "tower_of_hanoi": _names("min_disks max_disks min_pegs max_pegs visualize"),
    "tsumego": _names("min_board_size max_board_size max_stones"),
    "word_ladder": _names("min_word_length max_word_length min_chain_length max_chain_length"),
    "word_sequence_reversal": _names("min_words max_words"),
    "word_sorting": _names("min_words max_words min_word_length max_word_length transformation"),
    "zebra_puzzles": _names("num_people num_characteristics"),
}
"""By the name of the data set."""
