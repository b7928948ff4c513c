/** Power at one size of study. */
export interface PowerPoint {
  readonly readers: number;
  readonly cases: number;
  readonly power: number;
}

const [width, height, left, bottom] = [520, 260, 44, 36] as const;
const dashes = ['none', '7 4', '2 4', '10 4 2 4'] as const;

/** Power against readers, a line a number of cases; the table beside it says the same. */
export function PowerPlot({ points }: { readonly points: readonly PowerPoint[] }) {
  const sizes = [...new Set(points.map(({ cases }) => cases))];
  const counts = [...new Set(points.map(({ readers }) => readers))];
  const most = Math.max(...counts) + 1;
  const x = (readers: number): number => left + (readers / most) * (width - left - 110);
  const y = (power: number): number => 8 + (1 - power) * (height - bottom - 8);
  return (
    <svg viewBox={`0 0 ${width} ${height}`} width="100%" role="img" aria-label="Power by readers and cases" style={{ maxWidth: width }}>
      {[0, 0.2, 0.4, 0.6, 0.8, 1].map((tick) => (
        <g key={tick}>
          <line x1={left} x2={x(most)} y1={y(tick)} y2={y(tick)} stroke="var(--line)" strokeWidth={tick === 0.8 ? 2 : 1} />
          <text x={left - 6} y={y(tick) + 4} textAnchor="end" fontSize="11" fill="var(--text-dim)">{tick}</text>
        </g>
      ))}
      {counts.map((count) => <text key={count} x={x(count)} y={height - 18} textAnchor="middle" fontSize="11" fill="var(--text-dim)">{count}</text>)}
      <text x={(left + x(most)) / 2} y={height - 3} textAnchor="middle" fontSize="11" fill="var(--text)">readers</text>
      <text x={10} y={(y(0) + y(1)) / 2} textAnchor="middle" fontSize="11" fill="var(--text)" transform={`rotate(-90 10 ${(y(0) + y(1)) / 2})`}>power</text>
      {sizes.map((size, i) => {
        const own = points.filter(({ cases }) => cases === size);
        const last = own.at(-1);
        return (
          <g key={size}>
            <polyline points={own.map(({ readers, power }) => `${x(readers)},${y(power)}`).join(' ')} fill="none" stroke="var(--accent)" strokeWidth="2" strokeDasharray={dashes[i % dashes.length]} />
            {last !== undefined && <text x={x(last.readers) + 8} y={y(last.power) + 4} fontSize="11" fill="var(--text)">{size} cases</text>}
          </g>
        );
      })}
    </svg>
  );
}
