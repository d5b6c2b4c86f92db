import { useState } from 'preact/hooks';
import type { FederationDoing, FederationStatus } from '../link/protocol';
import { SwitchRow } from '../look/switch-row';
import type { Belonging } from './belonging';
import { DeletionDialog } from './deletion-dialog';
import { inUseLabel, putOutLabel, stageLabel, waitingLabel, whatIsUsed } from './federating';
import { dateLabel } from './timeline';

interface Props {
  status: FederationStatus;
  belonging: Belonging;
}

/** The community that this computer belongs to, what it does for it, and the way out. */
export function Membership({ status, belonging }: Props) {
  const [isLeaving, setLeaving] = useState(false);
  const { community, url, joined_at, device, put_out } = status;
  return (
    <section class="card settings" aria-labelledby="community">
      <div>
        <h2 id="community" class="card-title">
          {community}
        </h2>
        <p class="quiet">
          Member since {dateLabel(joined_at ?? '')} · {hostOf(url ?? '')} · {inUseLabel(status)}
        </p>
      </div>
      {put_out === null ? (
        <TakingPart status={status} belonging={belonging} />
      ) : (
        <p class="problem">{putOutLabel(put_out)}</p>
      )}
      {device && <p class="quiet">The operator knows this computer as device {device}.</p>}
      <button class="button plain leave" type="button" onClick={() => setLeaving(true)}>
        Leave…
      </button>
      <DeletionDialog
        doomed={isLeaving ? (community ?? '') : null}
        title={`Leave ${community}?`}
        verb="Leave"
        onDelete={belonging.leave}
        onClose={() => setLeaving(false)}
      >
        <p>
          What makes this computer a member is deleted, with the adapter that came from there and
          the update that waits. What was sent cannot be called back; the list of it stays until you
          delete it.
        </p>
      </DeletionDialog>
    </section>
  );
}

function TakingPart({ status, belonging }: Props) {
  const { doing, last } = status;
  return (
    <>
      <SwitchRow
        label="Take part while I am away"
        hint="On mains power, and not over a connection that is metered."
        checked={!status.paused}
        onChange={(takesPart) => belonging.setPaused(!takesPart)}
      />
      <p class="quiet">{whatIsUsed(status)}</p>
      {doing ? (
        <Doing doing={doing} updateWaits={status.update_waits} />
      ) : (
        <div class="row">
          <span class="quiet">{waitingLabel(status)}</span>
          <button class="button" type="button" disabled={status.paused} onClick={belonging.begin}>
            Take part now
          </button>
        </div>
      )}
      {last && !doing && <p class="quiet">Last time: {last}</p>}
    </>
  );
}

function Doing({ doing, updateWaits }: { doing: FederationDoing; updateWaits: boolean }) {
  const name = stageLabel(doing, updateWaits);
  return (
    <div class="doing">
      <p>{name}</p>
      {doing.fraction !== null && <progress value={doing.fraction} max="1" aria-label={name} />}
    </div>
  );
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}
