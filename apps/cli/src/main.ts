import { readFileSync } from "node:fs";
import { Command, Option } from "commander";
import { settingRows, SettingsProblem } from "@rolecall/server";
import type { Given, SettingName } from "@rolecall/server";
import { callAdmin, connect } from "./connection.ts";
import type { ConnectionOptions } from "./connection.ts";
import type { RotateOptions } from "./commands/keys.ts";
import type { RevokeOptions, SessionFilter } from "./commands/sessions.ts";
import { lintFormats, lintKinds, lintResourceTypes, severities } from "./lint/options.ts";
import type { LintCommandOptions } from "./lint/options.ts";
import type { SimulateOptions } from "./commands/simulate.ts";
import type { InstallationOptions } from "./commands/transfer.ts";
import { printable, printableJson } from "./printable.ts";
import { CliProblem } from "./problem.ts";

const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
  version: string;
};
const print = (text: string): boolean => process.stdout.write(`${text}\n`);

// A reader that has seen enough (`| head`) ends the command quietly.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit();
});

const program = new Command("rolecall").description("AWS IAM roles that you run yourself").version(version);

const collect = (value: string, before: string[] | undefined): string[] => [...(before ?? []), value];

const start = program.command("start").description("run the server");
for (const row of settingRows) {
  if ("noFlag" in row) continue;
  const fallback = "fallback" in row ? ` (default ${row.fallback})` : "";
  const planned = "planned" in row ? " [not built yet]" : "";
  const flag = "argument" in row ? `--${row.flag} <${row.argument}>` : `--${row.flag}`;
  const option = new Option(flag, `${row.help}${fallback}${planned}`);
  if ("repeatable" in row) option.argParser(collect);
  start.addOption(option);
}
start.action(async (options: Record<string, string | string[] | boolean>) => {
  const given: Given = {};
  for (const [name, value] of Object.entries(options)) {
    const flag = name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`) as SettingName;
    given[flag] = [value].flat().map(String);
  }
  await (await import("./commands/start.ts")).start(given, version);
});

/** Commands that talk to a running server share these options. */
function client(command: Command): Command {
  return command
    .option("--endpoint <URL>", "the server (default http://127.0.0.1:4566)")
    .option("--host <ADDRESS>", "its host, instead of --endpoint")
    .option("--port <N>", "its port, instead of --endpoint")
    .option("--data <DIR>", "data directory with the credentials file (default ./.rolecall)")
    .option("--profile <NAME>", "profile in that file (default rolecall)");
}

client(program.command("env").description("print shell lines that point AWS tools at the server")).action(
  async (options: ConnectionOptions) => {
    const { environmentLines } = await import("./commands/env.ts");
    print(environmentLines(connect(options)).join("\n"));
  },
);

const account = program.command("account").description("accounts of the installation");
client(
  account.command("create").description("create an account; its root key is printed and kept as a profile"),
)
  .requiredOption("--id <ID>", "twelve digits")
  .requiredOption("--name <NAME>", "1 to 50 characters")
  .action(async (options: ConnectionOptions & { id: string; name: string }) => {
    const { createAccount, profileOf } = await import("./commands/account.ts");
    const connection = connect(options);
    const key = await createAccount(connection, options.id, options.name);
    print(printable(`Created account ${options.id} (${options.name}).`));
    print(`  aws_access_key_id     = ${key.accessKeyId}`);
    print(`  aws_secret_access_key = ${key.secretAccessKey}`);
    if (key.notKept !== undefined)
      throw new CliProblem(
        `The key could not be kept as a profile: ${key.notKept}`,
        "It stands above, and is not told again.",
      );
    print(`Kept as profile ${profileOf(options.id)} in ${connection.credentialsFile}.`);
  });
client(account.command("list").description("list the accounts")).action(
  async (options: ConnectionOptions) => {
    const { listAccounts } = await import("./commands/account.ts");
    for (const { id, name, status } of await listAccounts(connect(options)))
      print(printable(`${id}  ${status}  ${name}`));
  },
);

const organization = program.command("organization").description("the accounts as an organization");
client(
  organization
    .command("create")
    .description("make all accounts members of an organization that the first one manages"),
).action(async (options: ConnectionOptions) => {
  const { createOrganization, organizationLines } = await import("./commands/organization.ts");
  print(organizationLines(await createOrganization(connect(options))).join("\n"));
});
client(organization.command("show").description("print the organization")).action(
  async (options: ConnectionOptions) => {
    const { organizationLines, showOrganization } = await import("./commands/organization.ts");
    print(organizationLines(await showOrganization(connect(options))).join("\n"));
  },
);
client(
  organization.command("delegate").description("let a member account administer IAM for the organization"),
)
  .argument("<account>", "account id")
  .action(async (accountId: string, options: ConnectionOptions) => {
    const { delegate, organizationLines } = await import("./commands/organization.ts");
    print(organizationLines(await delegate(connect(options), accountId)).join("\n"));
  });

client(
  program
    .command("notifications")
    .description("print what a delegation request would publish, its token among it, as JSON lines"),
)
  .argument("<request>", "id, asked as the account that made the request (--profile)")
  .action(async (id: string, options: ConnectionOptions) => {
    const { delegationNotifications } = await import("./commands/notifications.ts");
    for (const notification of await delegationNotifications(connect(options), id))
      print(printableJson(notification));
  });

client(program.command("why").description("explain a refused request by its authorization id"))
  .argument("<id>", "authorization id, as in the message")
  .option("--json", "print the whole record")
  .action(async (id: string, options: ConnectionOptions & { json?: boolean }) => {
    if (!/^[0-9a-z]{1,64}$/.test(id))
      throw new CliProblem(
        `${id.slice(0, 64)} is not an authorization id.`,
        "It stands at the end of the denial's message.",
      );
    const { recordLines } = await import("./commands/why.ts");
    const record = await callAdmin(connect(options), "GET", `/_rolecall/authorizations/${id}`);
    print(
      options.json
        ? printableJson(record, 2)
        : recordLines(record as Parameters<typeof recordLines>[0]).join("\n"),
    );
  });

/** Policy files: with any of them the store is not asked. */
function policyFiles(command: Command): Command {
  return command
    .option("--policy <FILE>", "identity policy; repeatable", collect)
    .option("--boundary <FILE>", "permissions boundary")
    .option("--session-policy <FILE>", "session policy; repeatable", collect)
    .option("--resource-policy <FILE>", "policy of the resource")
    .option("--trust-policy <FILE>", "trust policy of the role that is the resource")
    .option("--scp <FILE>", "service control policy; repeatable", collect)
    .option("--rcp <FILE>", "resource control policy; repeatable", collect)
    .option("--context <KEY=VALUE>", "a context key; repeatable", collect);
}

policyFiles(
  client(program.command("simulate").description("decide a request, and say what each policy layer says")),
)
  .requiredOption("--principal <ARN>", "user, role, role session, account id, service or anonymous")
  .requiredOption("--action <SERVICE:NAME>", "for example s3:GetObject")
  .requiredOption("--resource <ARN>", "or *")
  .option("--json", "print the whole record")
  .action(
    async (
      options: SimulateOptions & { principal: string; action: string; resource: string; json?: boolean },
    ) => {
      const { decide } = await import("./commands/simulate.ts");
      const { evaluationLines } = await import("./commands/evaluation-text.ts");
      const { principal, action, resource } = options;
      const evaluation = await decide({ principal, action, resource }, options);
      print(options.json ? printableJson(evaluation, 2) : evaluationLines(evaluation).join("\n"));
    },
  );

policyFiles(client(program.command("can").description("print yes or no; exits 1 for no")))
  .argument("<principal>", "user, role, role session, account id, service or anonymous")
  .argument("<action>", "for example s3:GetObject")
  .argument("[resource]", "ARN", "*")
  .action(async (principal: string, action: string, resource: string, options: SimulateOptions) => {
    const { decide } = await import("./commands/simulate.ts");
    const { explanation } = await decide({ principal, action, resource }, options);
    const isAllowed = explanation.decision.effect === "Allow";
    print(isAllowed ? "yes" : `no: ${explanation.decision.kind} deny (${explanation.blockers.join(", ")})`);
    if (!isAllowed) process.exitCode = 1;
  });

client(
  program.command("lint").description("check policy documents; exits 1 for errors and security warnings"),
)
  .argument(
    "[targets...]",
    "files, directories, - for standard input, or ARNs of a running server's entities",
  )
  .option("--live", "all policies of the account, from the running server")
  .addOption(new Option("--type <TYPE>", "what the documents are (default: by content)").choices(lintKinds))
  .addOption(
    new Option("--resource-type <TYPE>", "what a resource policy is attached to").choices(lintResourceTypes),
  )
  .option("--account <ID>", "the account that the documents belong to")
  .addOption(new Option("--format <FORMAT>", "how to print").choices(lintFormats).default("text"))
  .addOption(
    new Option("--fail-on <SEVERITY>", "the least severity to exit 1 for")
      .choices([...severities, "none"])
      .default("security-warning"),
  )
  .addOption(
    new Option("--show <SEVERITY>", "the least severity to print").choices(severities).default("suggestion"),
  )
  .action(async (targets: string[], options: LintCommandOptions) => {
    if (options.account !== undefined && !/^\d{12}$/.test(options.account))
      throw new CliProblem(`${options.account} is no account id.`, "An account id is twelve digits.");
    const { runLint } = await import("./commands/lint.ts");
    const { report, fails } = await runLint(targets, options, version);
    print(report);
    if (fails) process.exitCode = 1;
  });

client(program.command("events").description("print an account's newest audit events as JSON lines"))
  .argument("<account>", "account id, or `anonymous`")
  .option("--limit <N>", "how many", "20")
  .action(async (accountId: string, options: ConnectionOptions & { limit: string }) => {
    const answer = await callAdmin(
      connect(options),
      "GET",
      `/_rolecall/events/${encodeURIComponent(accountId)}`,
    );
    const { events } = answer as { events: unknown[] };
    const limit = Number(options.limit);
    if (!Number.isInteger(limit) || limit < 1)
      throw new CliProblem(`--limit ${options.limit} is no count.`, "For example: --limit 20");
    for (const event of events.slice(0, limit).toReversed()) print(printableJson(event));
  });

const keys = program.command("keys").description("the keys of the installation");
client(keys.command("list").description("list the keys of session tokens")).action(
  async (options: ConnectionOptions) => {
    const { keyLines } = await import("./commands/keys.ts");
    print((await keyLines(connect(options))).join("\n"));
  },
);
client(keys.command("rotate").description("replace the key of session tokens; live sessions stay valid"))
  .option("--master", "replace the master key instead, and seal every secret anew")
  .option("--web-identity <ACCOUNT>", "replace the keys of an account's identity tokens instead")
  .action(async (options: ConnectionOptions & RotateOptions) => {
    const { rotateKeys } = await import("./commands/keys.ts");
    print(await rotateKeys(connect(options), options));
  });

const sessions = program.command("sessions").description("temporary credentials that are alive");
client(sessions.command("list").description("list them, newest first, with who stands behind each"))
  .option("--account <ID>", "only of this account")
  .option("--role <ARN>", "only of this role")
  .option("--source-identity <NAME>", "only with this source identity")
  .option("--json", "print everything as JSON")
  .action(async (options: ConnectionOptions & SessionFilter & { json?: boolean }) => {
    const { listSessions, sessionLines } = await import("./commands/sessions.ts");
    const answer = await listSessions(connect(options), options);
    if (options.json) print(printableJson(answer, 2));
    else if (answer.sessions.length === 0) print("No temporary credentials are alive.");
    else for (const session of answer.sessions) print(sessionLines(session).join("\n"));
    if (answer.isTruncated) process.stderr.write("There are more; name an account or a role.\n");
  });
client(sessions.command("revoke").description("end sessions at once, on every node"))
  .option("--session <ID>", "one, by its access key id ASIA…, and those chained from it")
  .option("--role <ARN>", "all of a role")
  .option("--source-identity <NAME>", "all with a source identity")
  .action(async (options: ConnectionOptions & RevokeOptions) => {
    const { revokeSessions } = await import("./commands/sessions.ts");
    print(await revokeSessions(connect(options), options));
  });

/** Commands that work on the files or the database themselves. */
const installation = (command: Command): Command =>
  command
    .option("--data <DIR>", "data directory (default ./.rolecall)")
    .option("--database <URL>", "postgres://… instead of the embedded store");

installation(
  program.command("export").description("write the whole installation into a file, servers running"),
)
  .requiredOption("--output <FILE>", "a new file")
  .option("--secrets", "with access keys, passwords, MFA devices and private keys, encrypted")
  .action(async (options: InstallationOptions & { output: string; secrets?: boolean }) => {
    const { exportCommand } = await import("./commands/transfer.ts");
    for (const line of await exportCommand(options)) print(line);
  });

const importing = installation(
  program.command("import").description("read an export into a new installation, on SQLite or PostgreSQL"),
);
importing.argument("<file>").action(async (file: string, options: InstallationOptions) => {
  const { importCommand } = await import("./commands/transfer.ts");
  for (const line of await importCommand(file, options)) print(line);
});
installation(
  importing
    .command("aws")
    .description("take accounts over: the output of `aws iam get-account-authorization-details`"),
)
  .argument("<files...>")
  .action(async (files: string[], _options: InstallationOptions, command: Command) => {
    const { importAwsCommand } = await import("./commands/transfer.ts");
    for (const line of await importAwsCommand(files, command.optsWithGlobals(), version)) print(line);
  });

installation(program.command("backup").description("copy the embedded store into a file, servers running"))
  .requiredOption("--output <FILE>", "a new file")
  .action(async (options: InstallationOptions & { output: string }) => {
    const { backupCommand } = await import("./commands/transfer.ts");
    for (const line of backupCommand(options)) print(line);
  });

client(
  program.command("demo").description("play the main story against the server, with the stock AWS SDK"),
).action(async (options: ConnectionOptions) => {
  const { demo } = await import("./commands/demo.ts");
  if (!(await demo(options))) process.exitCode = 1;
});

try {
  await program.parseAsync();
} catch (error) {
  const known = error instanceof CliProblem || error instanceof SettingsProblem || isHinted(error);
  if (!known) throw error;
  const lines = `rolecall: ${error.message}\n${error.hint ?? ""}`.split("\n");
  process.stderr.write(`${lines.map(printable).join("\n")}\n`);
  process.exitCode = 1;
}

/** Errors of a store say what to do, too. */
function isHinted(error: unknown): error is Error & { hint: string | undefined } {
  return error instanceof Error && "hint" in error;
}
