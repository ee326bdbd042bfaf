// Several processes write one file. SQLite's lock keeps them apart but has no queue: who finds it taken can only look
// again, now and then, and may find it taken by the same one for long. So they take turns, which the process that
// started them gives out in the order in which they are asked for.
import type { WriteTurns } from "@rolecall/store-sqlite";
import type { Started, Starter } from "./worker-channel.ts";

export type TurnMessage =
  /** A worker wants to write. */
  | { type: "turn-wanted" }
  /** It may, until others wait. */
  | { type: "turn-given"; othersWait: boolean }
  /** Now others wait. */
  | { type: "turn-awaited" }
  /** It has written what it had. */
  | { type: "turn-ended" };

/** A worker goes without its turn after this time: the lock is what keeps writers apart. */
const longestWaitMs = 1000;

/** In a worker. Its turn stays with it, without a message, while nobody else wants one. */
export function takeTurns(starter: Starter<TurnMessage>, waitMs = longestWaitMs): WriteTurns {
  let isOurs = false;
  let isAskedFor = false;
  let othersWait = false;
  let isWriting = false;
  let begin: (() => void) | undefined;

  function endIfAwaited(): void {
    if (!isOurs || !othersWait || isWriting) return;
    isOurs = false;
    starter.send({ type: "turn-ended" });
  }

  starter.onMessage((message) => {
    if (message.type === "turn-given") {
      isOurs = true;
      isAskedFor = false;
      othersWait = message.othersWait;
      begin?.();
    }
    if (message.type === "turn-awaited") othersWait = true;
    endIfAwaited();
  });

  return {
    async begin() {
      if (!isOurs) {
        if (!isAskedFor) starter.send({ type: "turn-wanted" });
        isAskedFor = true;
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, waitMs);
          begin = () => {
            clearTimeout(timer);
            isWriting = true;
            resolve();
          };
        });
        begin = undefined;
      }
      isWriting = true;
    },
    end() {
      isWriting = false;
      endIfAwaited();
    },
  };
}

/** @returns is to be told of every worker that starts */
export function giveTurns(): (worker: Started<TurnMessage>) => void {
  const waiting: Started<TurnMessage>[] = [];
  let holder: Started<TurnMessage> | undefined;

  function giveNext(): void {
    do holder = waiting.shift();
    while (holder && !holder.isConnected());
    holder?.send({ type: "turn-given", othersWait: waiting.length > 0 });
  }

  return (worker) => {
    worker.on("message", ({ type }) => {
      if (type === "turn-ended" && holder === worker) giveNext();
      if (type !== "turn-wanted") return;
      waiting.push(worker);
      if (!holder) giveNext();
      // Who got his turn when others waited knows it.
      else if (waiting.length === 1 && holder.isConnected()) holder.send({ type: "turn-awaited" });
    });
    worker.once("exit", () => {
      const at = waiting.indexOf(worker);
      if (at >= 0) waiting.splice(at, 1);
      if (holder === worker) giveNext();
    });
  };
}
