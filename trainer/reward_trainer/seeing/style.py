"""How a run's page looks, by day and by night."""

from __future__ import annotations

STYLE = """
:root { color-scheme: light dark; --ink: #1d2330; --soft: #667085; --line: #e3e7ee; --page: #fbfcfe;
  --card: #fff; --c0: #2563eb; --c1: #d97706; --c2: #059669; --c3: #db2777; --c4: #7c3aed;
  --c5: #0891b2; --c6: #b91c1c; --c7: #65a30d; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9ef; --soft: #98a2b3; --line: #2b3342;
  --page: #10141c; --card: #171d28; --c0: #60a5fa; --c1: #fbbf24; --c2: #34d399; --c3: #f472b6;
  --c4: #a78bfa; --c5: #22d3ee; --c6: #f87171; --c7: #a3e635; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1240px; padding: 24px 20px 60px; background: var(--page);
  color: var(--ink); font: 14px/1.45 system-ui, sans-serif; }
h1 { font-size: 22px; margin: 0 0 10px; overflow-wrap: anywhere; }
h2 { font-size: 15px; margin: 0; display: inline-block; }
h3 { font-size: 12px; margin: 12px 0 2px; color: var(--soft); }
small { color: var(--soft); margin-left: 8px; }
dl { display: flex; flex-wrap: wrap; gap: 6px 28px; margin: 0 0 10px; }
dt { color: var(--soft); font-size: 12px; }
dd { margin: 0; font-weight: 600; overflow-wrap: anywhere; }
.charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(440px, 100%), 1fr));
  gap: 14px; }
figure, section { margin: 0; padding: 12px 14px; background: var(--card); border-radius: 8px;
  border: 1px solid var(--line); }
section { margin-top: 14px; }
svg { display: block; width: 100%; height: auto; }
svg text { fill: var(--soft); font: 10.5px system-ui, sans-serif; }
text.y { text-anchor: end; }
text.x { text-anchor: middle; }
.grid { stroke: var(--line); }
polyline { fill: none; stroke-width: 1.6; stroke-linejoin: round; }
.raw { opacity: 0.3; stroke-width: 1; }
.name { margin-right: 14px; font-size: 12px; overflow-wrap: anywhere; }
.name::before { content: ""; display: inline-block; width: 10px; height: 3px; margin-right: 5px;
  vertical-align: middle; background: currentColor; }
.name b { color: var(--ink); }
.c0 { stroke: var(--c0); color: var(--c0); } .c1 { stroke: var(--c1); color: var(--c1); }
.c2 { stroke: var(--c2); color: var(--c2); } .c3 { stroke: var(--c3); color: var(--c3); }
.c4 { stroke: var(--c4); color: var(--c4); } .c5 { stroke: var(--c5); color: var(--c5); }
.c6 { stroke: var(--c6); color: var(--c6); } .c7 { stroke: var(--c7); color: var(--c7); }
polygon, circle { fill: currentColor; stroke: none; }
.mark { stroke-width: 1.4; stroke: var(--soft); }
.mark.reset { stroke: var(--c6); } .mark.stage { stroke: var(--c4); stroke-dasharray: 5 3; }
.mark.resumed { stroke-dasharray: 2 3; } .mark.waiting { stroke: var(--c1); stroke-dasharray: 1 3; }
.kind { margin-right: 14px; color: var(--soft); padding-left: 6px; border-left: 2px solid; }
.kind.reset { border-color: var(--c6); } .kind.stage { border-color: var(--c4); }
.kind.waiting { border-color: var(--c1); }
ol { margin: 8px 0 0; padding-left: 22px; max-height: 260px; overflow: auto; }
details { border-top: 1px solid var(--line); padding: 6px 0; }
summary { cursor: pointer; }
summary b { display: inline-block; min-width: 56px; }
b.good { color: var(--c2); } b.bad { color: var(--c6); } b.unknown { color: var(--soft); }
pre { margin: 0; padding: 8px 10px; background: var(--page); border-radius: 6px; overflow: auto;
  max-height: 420px; white-space: pre-wrap; overflow-wrap: anywhere; unicode-bidi: plaintext; }
"""
