/** The look of every report: light or dark as the reader's system has it, and fit for paper. */
export const reportStyle = `
:root {
  color-scheme: light dark;
  --ground: #ffffff; --raised: #f5f6f8; --text: #1b1f24; --quiet: #59636e; --line: #d5dae0;
  --accent: #0b5cad; --error: #b3261e; --warning: #8a5a00; --note: #47617a;
  --s1: #0b5cad; --s2: #b8450b; --s3: #1b7a4b; --s4: #7a3fa3; --s5: #59636e;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #14171a; --raised: #1e2327; --text: #e4e7ea; --quiet: #9aa4ae; --line: #363d44;
    --accent: #77b3f2; --error: #ff8a80; --warning: #f0bd5a; --note: #a6bfd6;
    --s1: #77b3f2; --s2: #f79a5e; --s3: #6fce9b; --s4: #cb9bf0; --s5: #9aa4ae;
  }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 72rem; padding: 1.5rem 1rem 4rem; background: var(--ground); color: var(--text);
  font: 15px/1.5 system-ui, "Segoe UI", "Helvetica Neue", Arial, sans-serif; }
h1 { font-size: 1.7rem; line-height: 1.25; margin: 0 0 .25rem; }
h2 { font-size: 1.25rem; margin: 2.5rem 0 .5rem; border-bottom: 1px solid var(--line); padding-bottom: .25rem; }
h3 { font-size: 1.02rem; margin: 1.5rem 0 .25rem; }
p { max-width: 48rem; margin: .4rem 0; }
a { color: var(--accent); }
code { font: .88em ui-monospace, "DejaVu Sans Mono", Menlo, monospace; overflow-wrap: anywhere; }
.quiet { color: var(--quiet); }
.banner { background: var(--raised); border: 1px solid var(--line); border-left: 4px solid var(--warning); padding: .5rem .8rem; margin: .8rem 0; max-width: none; }
nav ul { list-style: none; padding: 0; display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; margin: .5rem 0; }
.scroll { overflow-x: auto; max-width: 100%; }
table { border-collapse: collapse; margin: .5rem 0 1rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-weight: 600; padding-bottom: .25rem; }
th, td { text-align: left; vertical-align: top; padding: .22rem .8rem .22rem 0; border-bottom: 1px solid var(--line); }
th { font-weight: 600; } td.number, th.number { text-align: right; } .whole { white-space: nowrap; } .small { font-size: .82rem; } td .wide { min-width: 17rem; }
.tag { display: inline-block; font-size: .78rem; font-weight: 600; padding: 0 .45rem; border-radius: .6rem; border: 1px solid currentColor; white-space: nowrap; }
.error { color: var(--error); } .warning { color: var(--warning); } .note { color: var(--note); }
details { border: 1px solid var(--line); border-radius: .4rem; margin: .5rem 0; background: var(--ground); }
details > summary { cursor: pointer; padding: .45rem .7rem; background: var(--raised); border-radius: .4rem; }
details > div { padding: .5rem .7rem; }
article { border-top: 1px solid var(--line); padding: .7rem 0; break-inside: avoid; }
article:first-child { border-top: 0; }
.pictures { display: flex; flex-wrap: wrap; gap: .6rem; margin: .4rem 0; }
figure { margin: 0; max-width: 15rem; }
figure img { display: block; max-width: 100%; max-height: 15rem; background: #000; border: 1px solid var(--line); }
figcaption { font-size: .8rem; color: var(--quiet); overflow-wrap: anywhere; }
svg { max-width: 100%; height: auto; font: 12px system-ui, sans-serif; }
svg text { fill: var(--text); } svg .quiet { fill: var(--quiet); } svg .axis { stroke: var(--line); } svg .mark { stroke: var(--accent); fill: var(--accent); }
.charts { display: flex; flex-wrap: wrap; gap: 1.2rem 2rem; margin: .6rem 0; }
.charts figure { max-width: none; } .charts figcaption { max-width: 26rem; color: var(--text); font-size: .85rem; }
svg .series { fill: none; stroke-width: 2; stroke-linejoin: round; } svg .dot { stroke: none; } svg .band { stroke: none; fill-opacity: .18; }
${[1, 2, 3, 4, 5].map((n) => `svg .s${n} { stroke: var(--s${n}); } svg .dot.s${n}, svg .band.s${n} { fill: var(--s${n}); }`).join('\n')}
svg path.band, svg circle.dot { stroke: none; }
td p { margin: 0 0 .3rem; } .item { min-width: 11rem; } .answer { min-width: 24rem; }
.strip figure { width: 8.2rem; }
.wide-pictures figure { max-width: 27.5rem; }
footer { margin-top: 3rem; border-top: 1px solid var(--line); padding-top: .5rem; font-size: .88rem; color: var(--quiet); }
@media print { body { max-width: none; } details { break-inside: avoid; } }
`;
