import { Table, Text } from '@mantine/core';
import { PowerPlot, type PowerPoint } from './power-plot.tsx';

/** Power at some sizes of study: a plot, and the same in figures. */
export function PowerResult({ points, simulations }: { readonly points: readonly PowerPoint[]; readonly simulations: number }) {
  const readers = [...new Set(points.map((point) => point.readers))];
  const cases = [...new Set(points.map((point) => point.cases))];
  return (
    <>
      <PowerPlot points={points} />
      <Table maw={560} mt="sm">
        <Table.Thead><Table.Tr><Table.Th>Cases</Table.Th>{readers.map((count) => <Table.Th key={count}>{count} readers</Table.Th>)}</Table.Tr></Table.Thead>
        <Table.Tbody>{cases.map((count) => <Table.Tr key={count}><Table.Th>{count}</Table.Th>{readers.map((many) => <Table.Td key={many} className="numbers">{points.find((point) => point.cases === count && point.readers === many)?.power.toFixed(2)}</Table.Td>)}</Table.Tr>)}</Table.Tbody>
      </Table>
      <Text size="xs" c="dimmed" mt="xs">{simulations} simulated studies of each size: each power is good to ± {(1 / Math.sqrt(simulations)).toFixed(1)}. True variances may differ from these: pilot them.</Text>
    </>
  );
}
