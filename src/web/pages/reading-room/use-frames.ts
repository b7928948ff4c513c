import { useEffect, useRef, useState } from 'react';
import { fetchFrame, type ReaderLink, type Reading } from './api.ts';

/** Frames of a case as they come, the first one first. */
export interface Frames {
  readonly loaded: number;
  readonly get: (slice: number) => Uint8Array | undefined;
  readonly error: string | undefined;
}

/** At once; a browser opens six connections to a server. */
const atOnce = 5;

/** Loads all frames of a case, beginning in the middle, where the reader does. */
export function useFrames(link: ReaderLink, reading: Reading): Frames {
  const frames = useRef(new Map<number, Uint8Array>());
  const [loaded, setLoaded] = useState(0);
  const [error, setError] = useState<string>();
  const { id, frames: count, frameBytes } = reading;
  useEffect(() => {
    const stop = new AbortController();
    const kept = new Map<number, Uint8Array>();
    frames.current = kept;
    setLoaded(0);
    setError(undefined);
    const middle = count >> 1;
    const order = Array.from({ length: count }, (_, k) => k).toSorted((a, b) => Math.abs(a - middle) - Math.abs(b - middle));
    const work = async (): Promise<void> => {
      for (;;) {
        const slice = order.shift();
        if (slice === undefined || stop.signal.aborted) return;
        kept.set(slice, await fetchFrame(link, id, slice, frameBytes, stop.signal));
        setLoaded(kept.size);
      }
    };
    Promise.all(Array.from({ length: Math.min(atOnce, count) }, work)).catch((fault: unknown) => {
      if (!stop.signal.aborted) setError(fault instanceof Error ? fault.message : String(fault));
    });
    return () => stop.abort();
  }, [link, id, count, frameBytes]);
  return { loaded, get: (slice) => frames.current.get(slice), error };
}
