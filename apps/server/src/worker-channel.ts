import type { Worker } from "node:cluster";

/** What the process that started this worker is to it. */
export interface Starter<Message> {
  send(message: Message): void;
  onMessage(listener: (message: Message) => void): void;
}

/** What a worker is to the process that started it. */
export type Started<Message> = Pick<Worker, "isConnected"> & {
  send(message: Message, sent: (error: Error | null) => void): unknown;
  on(event: "message", listener: (message: Message) => void): unknown;
  once(event: "exit", listener: () => void): unknown;
};

/** Tells a worker something. One that is just ending does not hear it, which is no failure: its end is an event of its own. */
export function tellWorker<Message>(worker: Started<Message>, message: Message): void {
  // Without the callback a channel that has just closed would be an error that nobody handles.
  if (worker.isConnected()) worker.send(message, () => undefined);
}
