import type { PanelLink } from '../link/panel-link';
import type { Daemon } from '../look/daemon-state';
import { useBelonging } from './belonging';
import { FederationTerms } from './federation-terms';
import { JoinCommunity } from './join-community';
import { Membership } from './membership';
import { SentRounds } from './sent-rounds';
import { TriedReleases } from './tried-releases';

interface Props {
  link: PanelLink;
  daemon: Daemon;
}

/** A community that shares an adapter: joined or not, what went there, and what that can tell. */
export function Federation({ link, daemon }: Props) {
  const belonging = useBelonging(link, daemon);
  const { status } = belonging;
  if (!status) return null;
  const isMember = status.community !== null;
  return (
    <>
      {isMember ? (
        <>
          <Membership status={status} belonging={belonging} />
          <TriedReleases status={status} />
          <SentRounds status={status} />
          <FederationTerms status={status} onChange={belonging.limit} />
        </>
      ) : (
        <>
          <JoinCommunity onJoin={belonging.join} />
          {status.rounds.length > 0 && (
            <SentRounds status={status} onForget={belonging.forgetRounds} />
          )}
        </>
      )}
    </>
  );
}
