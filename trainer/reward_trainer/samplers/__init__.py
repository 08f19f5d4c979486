"""Engines that sample, behind one seam (``sampler.py``)."""
