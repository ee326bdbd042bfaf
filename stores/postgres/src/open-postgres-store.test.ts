import { deepEqual, equal, match, ok, rejects } from "node:assert/strict";
import { describe, test } from "node:test";
import type { TestContext } from "node:test";
import { collection, StoreForeign, StoreUnavailable } from "@rolecall/store-contract";
import type { StoreError } from "@rolecall/store-contract";
import { connector } from "./connection.ts";
import { openPostgresStore } from "./open-postgres-store.ts";
import { migrate } from "./migrate.ts";
import { migrationLock } from "./schema.ts";
import { sharedPostgres, startPostgres, whyNoPostgres } from "./testing.ts";

const skip = whyNoPostgres() ?? false;

const things = collection({
  name: "things",
  key: ({ id }: { id: string; label: string; text: string }) => [id],
  unique: { byLabel: ({ label }) => [label] },
});

const opened = async (t: TestContext, url: string) => {
  const store = await openPostgresStore({ url });
  t.after(() => store.close());
  return store;
};

/** Waits for what happens by itself. */
async function until(holds: () => boolean, what: string): Promise<void> {
  for (const endMs = Date.now() + 30_000; !holds();) {
    ok(Date.now() < endMs, what);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** The message is fit to be shown, and tells no password. */
async function refused(
  url: string,
  kind: new (message: string) => StoreError,
  message: RegExp,
): Promise<void> {
  await rejects(openPostgresStore({ url }), (error) => {
    ok(error instanceof kind, String(error));
    match(error.message, message);
    ok(error.hint, "a hint");
    equal(`${error.message}\n${error.hint}`.split("\n").length, 2);
    ok(!/secret/.test(`${error.message} ${error.hint}`));
    return true;
  });
}

describe("postgres", { skip }, () => {
  test("nodes that start together make the tables once", async (t) => {
    const { emptySchema } = await sharedPostgres();
    const url = await emptySchema();
    const stores = await Promise.all(Array.from({ length: 6 }, () => opened(t, url)));
    await Promise.all(
      stores.map((store, at) => store.write((tx) => tx.settings.insert({ name: `${at}`, value: at }))),
    );
    for (const store of stores) {
      equal(await store.revision(), 6);
      equal(await store.read((tx) => tx.settings.count([])), 6);
    }
  });

  test("who finds another node migrating waits longer than a statement may take", async (t) => {
    const { emptySchema } = await sharedPostgres();
    const url = await emptySchema();
    const target = connector(url);
    const [busy, mine] = [await target.connect(), await target.connect()];
    t.after(() => [busy, mine].forEach((connection) => connection.close()));
    await busy.run(`BEGIN; SELECT pg_advisory_xact_lock(${migrationLock})`);
    await mine.run("SET statement_timeout = 100");
    let isOver = false;
    const migrating = migrate(mine, target.place).finally(() => (isOver = true));
    await new Promise((resolve) => setTimeout(resolve, 500));
    equal(isOver, false);
    await busy.run("ROLLBACK");
    // Whether so short a time is enough for the tables is another matter.
    await migrating.catch(() => undefined);
    const store = await opened(t, url);
    equal(await store.revision(), 0);
  });

  test("what fails while it still reads leaves nothing, also in the midst of a group", async (t) => {
    const { emptySchema } = await sharedPostgres();
    const store = await opened(t, await emptySchema());
    for (let n = 0; n < 20; n++) {
      const failing = Array.from({ length: 3 }, (_, at) =>
        rejects(
          store.write(async (tx) => {
            await tx.settings.put({ name: `half ${n} ${at}`, value: n });
            // The list must send what was written before it is read.
            await Promise.all([tx.settings.list([], { limit: 9 }), Promise.reject(new Error("refused"))]);
          }),
          /refused/,
        ),
      );
      await Promise.all([
        failing[0],
        store.write((tx) => tx.settings.put({ name: "whole", value: n })),
        ...failing.slice(1),
      ]);
    }
    const names = await store.read((tx) => tx.settings.list([], { limit: 99 }));
    deepEqual(names, [{ name: "whole", value: 19 }]);
    equal(await store.revision(), 20);
  });

  test("a record found by a unique value is the one written last, also while what was written is being sent", async (t) => {
    const { emptySchema } = await sharedPostgres();
    const store = await opened(t, await emptySchema());
    await store.write((tx) => tx.of(things).insert({ id: "x", label: "one", text: "stored" }));
    await store.write(async (tx) => {
      const all = tx.of(things);
      // The first list makes the savepoint, so that the second sends at once what is written between.
      await all.insert({ id: "y", label: "two", text: "" });
      await all.list([], { limit: 9 });
      await all.put({ id: "x", label: "one", text: "written" });
      const [found] = await Promise.all([all.getBy("byLabel", "one"), all.list([], { limit: 9 })]);
      equal(found?.text, "written");
    });
  });

  test("a database of another maker or a later version is refused and left alone", async () => {
    const { emptySchema, query } = await sharedPostgres();
    const schemaOf = (url: string): string => /search_path%3D(\w+)/.exec(url)?.[1] ?? "";
    const tablesOf = (schema: string) =>
      query(
        `SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = '${schema}' ORDER BY 1, 2`,
      );
    const cases: [name: string, sql: (schema: string) => string, message: RegExp][] = [
      ["other tables", (s) => `CREATE TABLE ${s}.orders (id int)`, /tables that are not Rolecall's/],
      [
        "a later layout",
        (s) => `UPDATE ${s}.rolecall_state SET layout = 99`,
        /newer Rolecall \(layout 99; this one knows 1\)/,
      ],
      ["a missing table", (s) => `DROP TABLE ${s}.rolecall_lookups`, /rolecall_lookups is missing/],
      ["no revision", (s) => `DELETE FROM ${s}.rolecall_state`, /revision is missing/],
    ];
    for (const [name, sql, message] of cases) {
      const url = await emptySchema();
      if (name !== "other tables") await (await openPostgresStore({ url })).close();
      await query(sql(schemaOf(url)));
      const before = await tablesOf(schemaOf(url));
      await rejects(openPostgresStore({ url }), (error: StoreError) => {
        match(error.message, message, name);
        ok(error.hint, name);
        return true;
      });
      deepEqual(await tablesOf(schemaOf(url)), before, name);
    }
    const missing = (await emptySchema()).replace(/search_path%3D\w+/, "search_path%3Dnowhere");
    await refused(missing, StoreForeign, /none of the schemas in search_path exists/);
  });

  test("a node whose database a later version has migrated writes no more", async (t) => {
    const { emptySchema, query } = await sharedPostgres();
    const url = await emptySchema();
    const store = await opened(t, url);
    const write = () => store.write((tx) => tx.settings.put({ name: "a", value: 1 }));
    await write();
    await query(`UPDATE ${/search_path%3D(\w+)/.exec(url)?.[1]}.rolecall_state SET layout = 99`);
    await rejects(
      store.write((tx) => tx.settings.put({ name: "a", value: 2 })),
      StoreForeign,
    );
    equal((await store.read((tx) => tx.settings.get("a")))?.value, 1);
  });

  test("what cannot be reached is told without a secret", async () => {
    const { port } = await sharedPostgres();
    await refused(
      "postgres://u:secret@127.0.0.1:1/x",
      StoreUnavailable,
      /^PostgreSQL at 127\.0\.0\.1:1\/x: the connection failed/,
    );
    await refused(`postgres://postgres:secret@127.0.0.1:${port}/none`, StoreUnavailable, /no such database/);
    await refused(
      `postgres://nobody:secret@127.0.0.1:${port}/postgres`,
      StoreUnavailable,
      /refused the login/,
    );
    await refused(
      `postgres://postgres:secret@127.0.0.1:${port}/postgres?sslmode=verify-full`,
      StoreUnavailable,
      /the connection failed/,
    );
    await refused(
      "postgres://u:secret@h/x?sslrootcert=/nowhere",
      StoreUnavailable,
      /URL of the database cannot be used/,
    );
  });

  test("keys order by code point whatever the collation of the database", async (t) => {
    const { query, url } = await sharedPostgres();
    await query(
      `CREATE DATABASE swedish ENCODING UTF8 LOCALE_PROVIDER icu ICU_LOCALE 'sv' TEMPLATE template0`,
    );
    const store = await opened(t, url.replace(/\/postgres$/, "/swedish"));
    const names = ["B", "Z", "a", "b", "z", "~", "ä", "å", "\uffee", "\u{1F600}"];
    await store.write(async (tx) => {
      for (const name of names.toReversed()) await tx.settings.put({ name, value: 1 });
    });
    const listed = await store.read((tx) => tx.settings.list([], { limit: 99 }));
    deepEqual(
      listed.map(({ name }) => name),
      names,
    );
  });

  test("one store's write is in the other's next read, and both keep one order of commits", async (t) => {
    const { emptySchema } = await sharedPostgres();
    const url = await emptySchema();
    const [one, two] = [await opened(t, url), await opened(t, url)];
    const add = (store: typeof one) =>
      store.write(async (tx) => {
        const count = Number((await tx.settings.get("count"))?.value ?? 0) + 1;
        await tx.settings.put({ name: "count", value: count });
        return count;
      });
    const counts = await Promise.all(Array.from({ length: 200 }, (_, at) => add(at % 2 === 0 ? one : two)));
    equal(new Set(counts).size, 200);
    equal(await two.revision(), 200);
    const { changes } = await one.changes(0, 1000);
    deepEqual(
      changes.map(({ revision }) => revision),
      Array.from({ length: 200 }, (_, at) => at + 1),
    );
    for (let at = 0; at < 20; at++) {
      const count = await add(at % 2 === 0 ? one : two);
      equal((await (at % 2 === 0 ? two : one).read((tx) => tx.settings.get("count")))?.value, count);
    }
  });

  test("a statement that the database refuses spoils nobody else's write", async (t) => {
    const { emptySchema, query } = await sharedPostgres();
    const url = await emptySchema();
    const store = await opened(t, url);
    const schema = /search_path%3D(\w+)/.exec(url)?.[1] ?? "";
    await query(`ALTER TABLE ${schema}.rolecall_records ADD CHECK (body NOT LIKE '%poison%')`);
    const outcomes = await Promise.allSettled(
      Array.from({ length: 30 }, (_, at) =>
        store.write((tx) => tx.settings.insert({ name: `${at}`, value: at % 10 === 3 ? "poison" : at })),
      ),
    );
    deepEqual(
      outcomes.flatMap(({ status }, at) => (status === "rejected" ? [at] : [])),
      [3, 13, 23],
    );
    equal(await store.read((tx) => tx.settings.count([])), 27);
    equal(await store.revision(), 27);
  });

  test("connections that the server ends are replaced, and no write is done twice or lost", async (t) => {
    const { emptySchema, query } = await sharedPostgres();
    const url = `${await emptySchema()}&application_name=killed`;
    const store = await opened(t, url);
    const killer = { isOver: false };
    const kept: string[] = [];
    const failures: unknown[] = [];
    const killing = (async () => {
      for (let after = 15; !killer.isOver;) {
        // Not before something has been done since the last time: however slow the machine is.
        while (!killer.isOver && kept.length < after) await new Promise((resolve) => setTimeout(resolve, 20));
        await query(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'killed'`,
        );
        after = kept.length + 15;
      }
    })();
    await Promise.all(
      Array.from({ length: 8 }, async (_, writer) => {
        for (let at = 0; at < 60; at++) {
          const name = `${writer}/${at}`;
          try {
            await store.write((tx) => tx.settings.insert({ name, value: at }));
            kept.push(name);
            ok(await store.read((tx) => tx.settings.get(name)), `${name} is not there`);
          } catch (error) {
            failures.push(error);
          }
        }
      }),
    );
    killer.isOver = true;
    await killing;
    for (const failure of failures) ok(failure instanceof StoreUnavailable, String(failure));
    const there = new Set(
      (await store.read((tx) => tx.settings.list([], { limit: 9999 }))).map(({ name }) => name),
    );
    deepEqual(
      kept.filter((name) => !there.has(name)),
      [],
    );
    ok(kept.length > 150, `${kept.length} were kept`);
    equal(await store.revision(), there.size, "a revision per commit");
  });

  test("a server that stops and starts is met with clear errors and found again by itself", async (t) => {
    const server = await startPostgres();
    t.after(() => server.stop());
    const store = await opened(t, await server.emptySchema());
    await store.write((tx) => tx.settings.put({ name: "a", value: 1 }));
    await server.stop();
    await rejects(
      store.read((tx) => tx.settings.get("a")),
      StoreUnavailable,
    );
    await rejects(store.revision(), StoreUnavailable);
    await rejects(
      store.write((tx) => tx.settings.put({ name: "a", value: 2 })),
      StoreUnavailable,
    );
    await server.start();
    equal((await store.read((tx) => tx.settings.get("a")))?.value, 1);
    await store.write((tx) => tx.settings.put({ name: "a", value: 3 }));
    equal((await store.read((tx) => tx.settings.get("a")))?.value, 3);
    equal(await store.revision(), 2);
  });

  test("commits are announced to all who hear, of their own installation only", async (t) => {
    const { emptySchema, query } = await sharedPostgres();
    const url = `${await emptySchema()}&application_name=hearing`;
    const [one, two, other] = [
      await opened(t, url),
      await opened(t, url),
      await opened(t, await emptySchema()),
    ];
    const heard: (number | undefined)[] = [];
    const announcements = two.hear((revision) => heard.push(revision));
    t.after(() => announcements.close());
    const put = (store: typeof one, value: number) =>
      store.write((tx) => tx.settings.put({ name: "a", value }));
    await until(() => announcements.isHearing, "it does not hear");
    deepEqual(heard, [undefined], "there may have been commits before");
    await put(other, 1);
    await put(one, 1);
    await until(() => heard.length === 2, "it did not hear of a commit");
    await put(two, 2);
    await one.write(() => Promise.reject(new Error("undone"))).catch(() => undefined);
    await put(one, 3);
    await until(() => heard.length === 4, "it did not hear of a commit");
    deepEqual(heard, [undefined, 1, 2, 3]);

    // Whatever others announce does not get far.
    const [row] = await query(
      `SELECT query FROM pg_stat_activity WHERE application_name = 'hearing' AND query LIKE 'LISTEN%'`,
    );
    const channel = /"(rolecall_\d+)"/.exec(String(row?.["query"]))?.[1] ?? "";
    await query(`SELECT pg_notify('${channel}', 'nonsense')`);
    await until(() => heard.length === 5, "it did not hear nonsense");
    equal(heard[4], undefined);
  });

  test("a lost connection for announcements is made again, and then it is told that some may have been missed", async (t) => {
    const { emptySchema, query } = await sharedPostgres();
    const url = `${await emptySchema()}&application_name=deaf`;
    const [one, two] = [await opened(t, url), await opened(t, url)];
    const heard: (number | undefined)[] = [];
    const announcements = two.hear((revision) => heard.push(revision));
    t.after(() => announcements.close());
    await until(() => announcements.isHearing, "it does not hear");
    for (let at = 1; at <= 3; at++) {
      heard.length = 0;
      await query(
        `SELECT pg_terminate_backend(pid, 20000) FROM pg_stat_activity WHERE application_name = 'deaf' AND query LIKE 'LISTEN%'`,
      );
      await until(() => !announcements.isHearing || heard.length > 0, "it did not notice");
      await one.write((tx) => tx.settings.put({ name: "a", value: at }));
      await until(() => heard.includes(undefined), "it did not listen again");
      heard.length = 0;
      await one.write((tx) => tx.settings.put({ name: "b", value: at }));
      await until(() => heard.includes(2 * at), "it did not hear of a commit");
    }
  });

  test("a commit whose answer was lost is looked up", async (t) => {
    const { emptySchema, query } = await sharedPostgres();
    const url = await emptySchema();
    const store = await opened(t, url);
    const schema = /search_path%3D(\w+)/.exec(url)?.[1] ?? "";
    // A check at the commit that outlasts our patience: the connection is given up meanwhile.
    await query(`
      CREATE FUNCTION ${schema}.slow() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN PERFORM pg_sleep(4.5); RETURN NULL; END $$;
      CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON ${schema}.rolecall_records
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ${schema}.slow()`);
    const impatient = await opened(t, `${url}&query_timeout=2500`);
    await impatient.write((tx) => tx.settings.insert({ name: "a", value: 1 }));
    equal(await store.read((tx) => tx.settings.count([])), 1);
    equal(await store.revision(), 1, "it ran once");
  });

  test("a connection can be made only as the URL says", () => {
    equal(
      connector("postgres://u:secret@db.example:5433/roles").place,
      "PostgreSQL at db.example:5433/roles",
    );
  });
});
