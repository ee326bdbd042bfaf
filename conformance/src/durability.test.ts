import { test } from "node:test";
import { deepEqual, equal, ok } from "node:assert/strict";
import { CreateRoleCommand, ListRolesCommand } from "@aws-sdk/client-iam";
import { clients } from "./clients.ts";
import { removeDirectory, startProcess, temporaryDirectory } from "./server-process.ts";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

const trust = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" }],
});

test("killed at any moment, the server knows all that it had answered", async () => {
  const data = temporaryDirectory();
  const answered: string[] = [];
  try {
    for (let round = 0; round < 4; round++) {
      const server = await startProcess(data);
      const { iam } = clients(server, server.profile());
      const { iam: second } = clients(server, server.profile());
      const writers = { stopped: false };
      const writer = async (client: typeof iam, name: string): Promise<void> => {
        for (let n = 0; !writers.stopped; n++) {
          const RoleName = `r${round}-${name}-${n}`;
          try {
            await client.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust }));
            answered.push(RoleName);
          } catch {
            writers.stopped = true;
          }
        }
      };
      const writing = [writer(iam, "a"), writer(iam, "b"), writer(second, "c"), writer(second, "d")];
      const enough = answered.length + 40 + round * 17;
      while (answered.length < enough && !writers.stopped)
        await new Promise((resolve) => setTimeout(resolve, 5));
      await server.kill("SIGKILL");
      writers.stopped = true;
      await Promise.allSettled(writing);
    }
    ok(answered.length > 160, `only ${answered.length} answers`);

    const server = await startProcess(data);
    const { iam } = clients(server, server.profile());
    const found = new Set<string>();
    let Marker: string | undefined;
    do {
      const page = await iam.send(
        new ListRolesCommand({ MaxItems: 1000, ...(Marker !== undefined && { Marker }) }),
      );
      for (const role of page.Roles ?? []) found.add(role.RoleName ?? "");
      Marker = page.IsTruncated ? page.Marker : undefined;
    } while (Marker !== undefined);
    deepEqual(
      answered.filter((name) => !found.has(name)),
      [],
    );

    const events = readdirSync(join(data, "audit"))
      .flatMap((file) => readFileSync(join(data, "audit", file), "utf8").split("\n"))
      .filter((line) => line.includes('"CreateRole"'))
      .map(
        (line) =>
          (JSON.parse(line) as { requestParameters: { roleName: string } }).requestParameters.roleName,
      );
    const audited = new Set(events);
    deepEqual(
      answered.filter((name) => !audited.has(name)),
      [],
    );
    equal(await server.kill("SIGTERM"), 0);
  } finally {
    removeDirectory(data);
  }
});
