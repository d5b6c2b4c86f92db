/**
 * Proving to the daemon who we are, after it has proven who it is.
 *
 * Whatever listens on the port has to know the secret first: nothing is sent that an impostor
 * could use, and no text at all before both proofs are in.
 */

import type { Credentials } from './credentials';
import {
  fromHex,
  type Nonces,
  newNonce,
  PROTOCOL_VERSION,
  type ProofLabel,
  pairingSecret,
  proof,
  proofsEqual,
  stretchCode,
} from './handshake';
import type { DaemonMessage, Error as ErrorMessage, Welcome } from './protocol';
import type { DaemonSocket } from './socket';

export type Refusal =
  /** The connection ended in mid-handshake, or the daemon cannot do this now. */
  | 'lost'
  /** No pairing code is waiting, or the daemon does not know this pairing any more. */
  | 'refused'
  /** The other side does not know the secret (or the typed code is wrong). */
  | 'unproven'
  /** The daemon speaks another version of the protocol: which of the two has to be updated. */
  | 'extension_older'
  | 'daemon_older';

export class HandshakeError extends Error {
  constructor(readonly refusal: Refusal) {
    super(refusal);
  }
}

type Key = Uint8Array<ArrayBuffer>;

/** Agree on a secret by means of the code that the user carried over by hand. */
export async function pair(
  socket: DaemonSocket,
  code: string,
  client: string,
  origin: string,
): Promise<Omit<Credentials, 'port'>> {
  const nonce = newNonce();
  socket.send({ type: 'pair_hello', id: 'pair', nonce, client, version: PROTOCOL_VERSION });
  const challenge = await expect(socket, 'pair_challenge');
  const nonces = { client: nonce, daemon: challenge.nonce };
  const key = await stretchCode(code, nonces);
  await verify(key, 'pair-daemon', nonces, origin, challenge.proof);
  const own = await proof(key, 'pair-client', nonces, origin);
  socket.send({ type: 'pair_proof', id: 'pair', proof: own });
  const { pairing } = await expect(socket, 'paired');
  return { pairing, secret: await pairingSecret(key, nonces, origin) };
}

/** The mutual challenge at the start of every connection. */
export async function authenticate(
  socket: DaemonSocket,
  credentials: Credentials,
  origin: string,
): Promise<Welcome> {
  const nonce = newNonce();
  const key = fromHex(credentials.secret);
  const { pairing } = credentials;
  socket.send({ type: 'hello', id: 'hello', pairing, nonce, version: PROTOCOL_VERSION });
  const challenge = await expect(socket, 'challenge');
  const nonces = { client: nonce, daemon: challenge.nonce };
  await verify(key, 'daemon', nonces, origin, challenge.proof);
  socket.send({ type: 'proof', id: 'proof', proof: await proof(key, 'client', nonces, origin) });
  return expect(socket, 'welcome');
}

async function verify(
  key: Key,
  label: ProofLabel,
  nonces: Nonces,
  origin: string,
  given: unknown,
): Promise<void> {
  const expected = await proof(key, label, nonces, origin);
  if (typeof given !== 'string' || !proofsEqual(expected, given)) {
    throw new HandshakeError('unproven');
  }
}

async function expect<T extends DaemonMessage['type']>(
  socket: DaemonSocket,
  type: T,
): Promise<Extract<DaemonMessage, { type: T }>> {
  const message = await socket.next();
  if (!message) throw new HandshakeError('lost');
  if (message.type === type) return message as Extract<DaemonMessage, { type: T }>;
  throw new HandshakeError(message.type === 'error' ? refusalIn(message) : 'unproven');
}

/** What the daemon's word means; nobody has proven anything yet, so it is shown and no more. */
export function refusalIn(error: ErrorMessage): Refusal {
  switch (error.code) {
    case 'version':
      return (error.version ?? 0) > PROTOCOL_VERSION ? 'extension_older' : 'daemon_older';
    case 'refused':
    case 'not_authenticated':
      return 'refused';
    default:
      return 'lost';
  }
}
