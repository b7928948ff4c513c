import { Stack, Table, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useReleaseId } from '../../app/release.ts';
import { ErrorPanel } from '../../components/error-panel.tsx';
import { figure } from '../../components/format.ts';
import { Waiting } from '../../components/waiting.tsx';
import { useAgreement } from './use-review.ts';

/** How every two reviewers agree. */
export function AgreementSheet() {
  const release = useReleaseId();
  const { data, error, refetch } = useAgreement();
  if (error !== null) return <ErrorPanel error={error} retry={() => void refetch()} />;
  if (data === undefined) return <Waiting />;
  return (
    <Stack gap="sm" maw={860}>
      <Title order={2}>Agreement of reviewers</Title>
      <Text size="sm" c="dimmed">Cohen’s kappa over accepted, rejected and needs work, on candidates that both decided on independently. Decisions that settled a dispute are left out. Fewer than some dozens of candidates say little: see the interval.</Text>
      {data.pairs.length === 0 ? <Text size="sm">No two reviewers have decided on the same candidate yet. T asks for two on the one that is shown; Papers can send all of a paper to two.</Text> : (
        <Table.ScrollContainer minWidth={520}>
          <Table>
            <Table.Thead><Table.Tr><Table.Th>Reviewers</Table.Th><Table.Th ta="right">Both</Table.Th><Table.Th ta="right">Agree</Table.Th><Table.Th ta="right">Kappa</Table.Th><Table.Th ta="right">95 %</Table.Th><Table.Th>Differ on</Table.Th></Table.Tr></Table.Thead>
            <Table.Tbody>
              {data.pairs.map(({ first, second, items, observed, kappa, differing }) => (
                <Table.Tr key={`${first} ${second}`}>
                  <Table.Td>{first}, {second}</Table.Td>
                  <Table.Td ta="right" className="numbers">{items}</Table.Td>
                  <Table.Td ta="right" className="numbers">{Math.round(100 * observed)} %</Table.Td>
                  <Table.Td ta="right" className="numbers">{figure(kappa?.estimate, 2)}</Table.Td>
                  <Table.Td ta="right" className="numbers">{kappa === null ? '–' : `${figure(kappa.low, 2)} to ${figure(kappa.high, 2)}`}</Table.Td>
                  <Table.Td>{differing.length === 0 ? 'none' : differing.map((id) => <span key={id}><Link to={`/${release}/review`} search={{ id, show: 'all' } as never}>{id}</Link> </span>)}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </Stack>
  );
}
