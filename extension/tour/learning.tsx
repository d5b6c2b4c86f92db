import { useEffect, useState } from 'preact/hooks';
import { SwitchRow } from '../look/switch-row';
import type { StepProps } from './step';

/** Consent to learn from what is kept. */
export function Learning({ link, daemon }: StepProps) {
  const [isPaused, setPaused] = useState<boolean | null>(null);
  const isConnected = daemon.state === 'connected';
  useEffect(() => {
    if (!isConnected) return;
    void link
      .ask('learn_status', { type: 'learn_status_query' })
      .then((status) => setPaused(status?.paused ?? null));
  }, [link, isConnected]);
  const change = async (learns: boolean) => {
    const status = await link.ask('learn_status', { type: 'learn_pause', paused: !learns });
    if (status) setPaused(status.paused);
  };
  return (
    <>
      <h1>It learns while you are away</h1>
      <p>
        When this computer is idle and on mains power, PLM learns from the texts that it keeps. It
        uses what it learned only if that foretells your own newest texts better than before. Delete
        a text, and what was learned from it is forgotten too.
      </p>
      <p>What it learns stays on this computer.</p>
      <SwitchRow
        label="Learn while I am away"
        hint="When and what it learned is in the side panel, under Learning."
        checked={isPaused === false}
        disabled={isPaused === null}
        onChange={(learns) => void change(learns)}
      />
    </>
  );
}
