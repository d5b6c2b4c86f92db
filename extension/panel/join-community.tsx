import { useId, useState } from 'preact/hooks';

const MOST_CHARS = 20_000;

interface Props {
  /** Why it could not be done; null when it was. */
  onJoin: (invitation: string) => Promise<string | null>;
}

/** What a community is, what leaves for it and what does not, and the way in. */
export function JoinCommunity({ onJoin }: Props) {
  return (
    <>
      <section class="card settings" aria-labelledby="community">
        <h2 id="community" class="card-title">
          Better together, each alone
        </h2>
        <p>
          A community of people shares one small adapter that helps all of them from their first
          word. Each computer makes it a little better from its own texts, and sends only that
          change. You are in no community now, and PLM sends nothing to anybody.
        </p>
        <LeavesOrNot />
      </section>
      <InvitationForm onJoin={onJoin} />
    </>
  );
}

function LeavesOrNot() {
  return (
    <dl class="leaves">
      <div>
        <dt>Leaves</dt>
        <dd>
          Numbers that say how the shared adapter should change, masked so that only the sum over
          many computers can be read. Some communities blur that, too.
        </dd>
      </div>
      <div>
        <dt>Never leaves</dt>
        <dd>
          Your texts, your memory, your personal adapter, which sites you write on; and nothing at
          all from a site that you have not switched on for it.
        </dd>
      </div>
    </dl>
  );
}

function InvitationForm({ onJoin }: Props) {
  const id = useId();
  const [line, setLine] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const [isAsking, setAsking] = useState(false);
  const join = async () => {
    setAsking(true);
    setProblem(await onJoin(line.trim()));
    setAsking(false);
  };

  return (
    <form
      class="card field-form"
      aria-busy={isAsking}
      onSubmit={(event) => {
        event.preventDefault();
        if (!isAsking) void join();
      }}
    >
      <label class="field-label" for={`${id}-line`}>
        Invitation
      </label>
      <textarea
        class="text-field invitation"
        id={`${id}-line`}
        rows={3}
        required
        maxLength={MOST_CHARS}
        autocomplete="off"
        spellcheck={false}
        placeholder="plm-join-1.…"
        value={line}
        aria-invalid={problem !== null}
        aria-describedby={`${id}-hint ${id}-problem`}
        onInput={(event) => {
          setLine(event.currentTarget.value);
          setProblem(null);
        }}
      />
      <p class="quiet" id={`${id}-hint`}>
        One line of text from whoever runs the community. It says whom to trust, so take it only
        from somebody you know.
      </p>
      <p class="problem" id={`${id}-problem`} role="alert">
        {problem}
      </p>
      <div class="row end">
        <button class="button primary" type="submit" aria-disabled={isAsking}>
          {isAsking ? 'Joining…' : 'Join'}
        </button>
      </div>
    </form>
  );
}
