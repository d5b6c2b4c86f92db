/** Consent to keep texts is given site by site; here is how. */
export function Keeping() {
  return (
    <>
      <h1>Nothing is kept, until you say where</h1>
      <p>
        To learn how you write, PLM needs texts of yours. It keeps those of the sites that you
        choose and of no other: open a site, click the PLM icon in the toolbar, and switch on{' '}
        <strong>Keep what I write</strong>.
      </p>
      <ul>
        <li>Consent is for one site, exactly: mail.example says nothing about bank.example.</li>
        <li>Banks, insurers and doctors have to be switched on twice.</li>
        <li>Texts are encrypted, on this computer.</li>
        <li>In the side panel you read, search, export and delete every one of them.</li>
      </ul>
    </>
  );
}
