import type { Worker } from "node:cluster";

/** What the process that started this worker is to it. */
export interface Starter<Message> {
  send(message: Message): void;
  onMessage(listener: (message: Message) => void): void;
}

/** What a worker is to the process that started it. */
export type Started<Message> = Pick<Worker, "isConnected"> & {
  send(message: Message): unknown;
  on(event: "message", listener: (message: Message) => void): unknown;
  once(event: "exit", listener: () => void): unknown;
};
