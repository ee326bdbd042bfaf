import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import fc from "fast-check";
import type { Started } from "./worker-channel.ts";
import { giveTurns, takeTurns } from "./write-turns.ts";
import type { TurnMessage } from "./write-turns.ts";

/** Longer than any test. */
const never = 1_000_000;

/** Workers and the process that started them, with messages that arrive when `deliver` says. */
function workersOfOne(waitMs = never) {
  const giveTo = giveTurns();
  const channels: TurnMessage[][] = [];
  const receivers: ((message: TurnMessage) => void)[] = [];
  const sent: string[] = [];

  function channel(name: string, receive: (message: TurnMessage) => void): (message: TurnMessage) => void {
    const messages: TurnMessage[] = [];
    channels.push(messages);
    receivers.push(receive);
    return (message) => {
      sent.push(`${name} ${message.type}`);
      messages.push(message);
    };
  }

  function start(name: string) {
    const events = new EventEmitter();
    let isConnected = true;
    let listener: (message: TurnMessage) => void = () => undefined;
    const toWorker = channel(`to ${name}:`, (message) => listener(message));
    const toStarter = channel(`${name}:`, (message) => events.emit("message", message));
    const started: Started<TurnMessage> = {
      send: toWorker,
      isConnected: () => isConnected,
      on: (event, listen) => events.on(event, listen),
      once: (event, listen) => events.once(event, listen),
    };
    giveTo(started);
    const turns = takeTurns({ send: toStarter, onMessage: (listen) => (listener = listen) }, waitMs);
    return {
      turns,
      kill() {
        isConnected = false;
        listener = () => undefined;
        events.emit("exit");
      },
    };
  }

  /** Lets the first message of a channel arrive, and what follows from it happen. */
  async function deliver(choice: number): Promise<boolean> {
    const ready = channels.map((_, at) => at).filter((at) => channels[at]?.length);
    const at = ready[choice % ready.length];
    const message = at === undefined ? undefined : channels[at]?.shift();
    if (at === undefined || !message) return false;
    receivers[at]?.(message);
    await setImmediate();
    return true;
  }
  async function deliverAll(): Promise<void> {
    while (await deliver(0));
  }
  return { start, deliver, deliverAll, sent };
}

/** Does it again and again until all have ended. */
async function whileRunning(all: readonly Promise<void>[], step: () => Promise<unknown>): Promise<void> {
  const running = new Set(all);
  const ended = all.map((one) => one.finally(() => running.delete(one)));
  while (running.size > 0) {
    await step();
    await setImmediate();
  }
  await Promise.all(ended);
}

test("one writes at a time, and everybody comes", () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat(5), { minLength: 1, maxLength: 5 }),
      fc.infiniteStream(fc.nat(100)),
      async (groups, choices) => {
        const { start, deliver } = workersOfOne();
        const order: number[] = [];
        let writing = 0;
        const next = (): number => choices.next().value as number;
        const done = groups.map(async (count, worker) => {
          const { turns } = start(String(worker));
          for (let group = 0; group < count; group++) {
            for (let pause = next() % 3; pause > 0; pause--) await setImmediate();
            await turns.begin();
            assert.equal(writing++, 0);
            for (let turn = next() % 4; turn > 0; turn--) await setImmediate();
            order.push(worker);
            writing--;
            turns.end();
          }
        });
        await whileRunning(done, () => deliver(next()));
        assert.equal(
          order.length,
          groups.reduce((sum, count) => sum + count, 0),
        );
      },
    ),
    { numRuns: 200 },
  ));

test("while others wait a turn is for one group, and goes on in the order of asking", async () => {
  const { start, deliverAll } = workersOfOne();
  const order: string[] = [];
  const workers = ["a", "b", "c"].map((name) => ({ name, ...start(name) }));
  const loop = workers.map(async ({ name, turns }) => {
    for (let group = 0; group < 3; group++) {
      await turns.begin();
      order.push(name);
      // All messages arrive while somebody writes.
      await deliverAll();
      turns.end();
    }
  });
  await whileRunning(loop, deliverAll);
  assert.equal(order.join(""), "abcabcabc");
});

test("a lone writer asks once", async () => {
  const { start, deliverAll, sent } = workersOfOne();
  const { turns } = start("a");
  start("b");
  for (let group = 0; group < 100; group++) {
    const begun = turns.begin();
    await deliverAll();
    await begun;
    turns.end();
  }
  assert.deepEqual(sent, ["a: turn-wanted", "to a: turn-given"]);
});

test("a turn that is not needed any more goes back as soon as another waits", async () => {
  const { start, deliverAll } = workersOfOne();
  const [a, b] = [start("a"), start("b")];
  const first = a.turns.begin();
  await deliverAll();
  await first;
  a.turns.end();
  const second = b.turns.begin();
  await deliverAll();
  await second;
});

test("who dies gives way, with the turn or waiting for it", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { start, deliverAll } = workersOfOne();
  const [a, b, c] = [start("a"), start("b"), start("c")];
  const first = a.turns.begin();
  await deliverAll();
  await first;
  void b.turns.begin();
  await deliverAll();
  const third = c.turns.begin();
  await deliverAll();
  b.kill();
  a.kill();
  await deliverAll();
  await third;
});

test("who gets no turn goes on without, and one that comes late is for those who wait", async () => {
  const { start, deliverAll } = workersOfOne(1);
  const [a, b] = [start("a"), start("b")];
  await a.turns.begin();
  a.turns.end();
  await a.turns.begin();
  const second = b.turns.begin();
  a.turns.end();
  await second;
  b.turns.end();
  await deliverAll();
  // The starter was slow, not lost: the turn is in order again.
  const again = [a.turns.begin(), b.turns.begin()];
  await again[0];
  a.turns.end();
  await deliverAll();
  await again[1];
  b.turns.end();
});
