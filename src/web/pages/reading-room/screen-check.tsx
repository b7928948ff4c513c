import { Button, Checkbox, List, Stack, Text, Title } from '@mantine/core';
import { useEffect, useState } from 'react';
import { ErrorPanel } from '../../components/error-panel.tsx';
import { sendScreen, type ReaderLink, type View } from './api.ts';
import classes from './reading-room.module.css';

function useWindowSize(): { readonly width: number; readonly height: number } {
  const measure = () => ({ width: window.innerWidth, height: window.innerHeight });
  const [size, setSize] = useState(measure);
  useEffect(() => {
    const listen = (): void => setSize(measure());
    window.addEventListener('resize', listen);
    return () => window.removeEventListener('resize', listen);
  }, []);
  return size;
}

/** What the study asks, how to read, and whether the screen will do: declared by the reader and recorded. */
export function ScreenCheck({ link, view, onDone }: { readonly link: ReaderLink; readonly view: View; readonly onDone: () => void }) {
  const size = useWindowSize();
  const [wedge, setWedge] = useState(false);
  const [room, setRoom] = useState(false);
  const [fault, setFault] = useState<unknown>();
  const fits = size.width >= view.screen.width && size.height >= view.screen.height;
  const begin = (): void => {
    setFault(undefined);
    sendScreen(link, { ...size, wedge, room }).then(onDone, setFault);
  };
  return (
    <Stack className={classes['paper']} gap="md">
      <Title order={1}>{view.title}</Title>
      <Text>{view.question}</Text>
      <Text>{view.instructions}</Text>
      <List size="sm" spacing={4}>
        <List.Item>{view.total} cases in {view.sessions} {view.sessions === 1 ? 'session' : 'sessions'}. You may pause at any time and go on by the same link, on any machine.</List.Item>
        <List.Item>{view.rating.kind === 'percent' ? 'Type a number from 0 to 100, or move the slider' : 'Keys 1, 2, 3 … choose a rating'}; Enter confirms{view.back ? '.' : ', and there is no way back.'}</List.Item>
        <List.Item>Wheel or arrow keys scroll through a series; + and − zoom; where Hounsfield units are shown, drag with the right button for the window, L and M for lung and mediastinum.{view.marks > 0 ? ` A click marks a place (${view.marks} at most), another takes it away.` : ''}</List.Item>
        <List.Item>Times are recorded. For research, never for diagnosis.</List.Item>
      </List>
      <Title order={2}>Your screen</Title>
      <div className={classes['wedge']} role="img" aria-label="A gray wedge of eleven steps from black to white">
        {Array.from({ length: 11 }, (_, i) => <span key={i} style={{ background: `rgb(${Math.round(25.5 * i)} ${Math.round(25.5 * i)} ${Math.round(25.5 * i)})` }} />)}
      </div>
      <Checkbox size="sm" checked={wedge} onChange={(event) => setWedge(event.currentTarget.checked)} label="I can tell each of the eleven steps from its neighbours." />
      <Checkbox size="sm" checked={room} onChange={(event) => setRoom(event.currentTarget.checked)} label="The room is dim and the screen is at full brightness." />
      <Text size="sm" c={fits ? 'dimmed' : 'red'}>This window is {size.width} × {size.height} pixels; the study asks for {view.screen.width} × {view.screen.height}.{fits ? '' : ' Make it larger.'}</Text>
      {fault !== undefined && <ErrorPanel error={fault} />}
      <Button size="sm" onClick={begin} disabled={!wedge || !room || !fits}>Begin</Button>
    </Stack>
  );
}
