import type { PanelLink } from '../link/panel-link';
import { useAnswer } from './answer';
import { DocumentCard } from './document-card';

const MOST = 50;

interface Props {
  link: PanelLink;
  version: number;
  isUsable: boolean;
  changes: number;
}

/** What a version was learned from, to read and to delete. */
export function VersionTexts({ link, version, isUsable, changes }: Props) {
  const question = { type: 'version_documents_query', version, limit: MOST } as const;
  const page = useAnswer(link, 'captures', question, changes);
  if (!page) return <p class="quiet">Looking them up…</p>;
  return (
    <>
      {isUsable && (
        <p class="quiet">
          Delete one, and PLM forgets this version and every later one that grew out of it.
        </p>
      )}
      {page.documents.map((document) => (
        <DocumentCard
          key={document.id}
          document={document}
          showsPersona={false}
          showsDay
          onDelete={() =>
            void link.ask('deleted', { type: 'captures_delete', documents: [document.id] })
          }
        />
      ))}
      {page.more && (
        <p class="quiet">
          These are the newest {page.documents.length} of {page.total.toLocaleString()}.
        </p>
      )}
    </>
  );
}
