/** Questions to the daemon, each tied by its id to whoever waits for the answer. */

import type { DaemonConnection } from './connection';
import type { ClientMessage, DaemonMessage } from './protocol';

type Unsent<M> = M extends ClientMessage ? Omit<M, 'id'> : never;
export type Question = Unsent<ClientMessage>;

/** Gets each answer, or null when none will come any more. */
export type OnAnswer = (message: DaemonMessage | null) => void;

export class Questions {
  private readonly open = new Map<string, OnAnswer>();
  private asked = 0;

  constructor(private readonly connection: DaemonConnection) {}

  /** Connects first if need be. */
  async ask(question: Question, onAnswer: OnAnswer): Promise<void> {
    if (!(await this.connection.demand())) {
      onAnswer(null);
      return;
    }
    this.asked += 1;
    const id = `q${this.asked}`;
    this.open.set(id, onAnswer);
    this.connection.send({ ...question, id });
  }

  /** Hand an answer to its asker; false when nobody asked. */
  answer(message: DaemonMessage): boolean {
    const onAnswer = message.id ? this.open.get(message.id) : undefined;
    if (!onAnswer) return false;
    const isLast = message.type !== 'suggestion' || message.done;
    if (isLast) this.open.delete(message.id);
    onAnswer(message);
    return true;
  }

  /** The connection is gone: nobody will be answered. */
  giveUp(): void {
    const waiting = [...this.open.values()];
    this.open.clear();
    for (const onAnswer of waiting) onAnswer(null);
  }
}
