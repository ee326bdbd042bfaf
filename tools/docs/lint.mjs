// docs/lint.md: every policy check, from the table in core/lint.

const types = [
  ["ERROR", "Errors", "The document is wrong: AWS refuses it, or it cannot mean what it says."],
  ["SECURITY_WARNING", "Security warnings", "Access is wider than it looks."],
  ["WARNING", "Warnings", "Something does not work as it was probably meant."],
  ["SUGGESTION", "Suggestions", "The same can be said better."],
];

const kindNames = {
  identity: "identity",
  resource: "resource",
  trust: "trust",
  scp: "SCP",
  rcp: "RCP",
};

export async function lintPage() {
  const { checks, isOurs, learnMoreLink } = await import("../../core/lint/dist/index.js");
  const ours = checks.filter(({ code }) => isOurs(code)).length;
  const parts = [
    "<!-- Written by tools/docs.mjs from the table in core/lint. Do not edit. -->",
    "# Policy checks",
    intro(checks.length, ours),
    ...types.flatMap(([type, title, meaning]) => {
      const rows = checks.filter((check) => check.type === type);
      return [`## ${title}`, `${meaning} On the wire: \`${type}\`; ${rows.length} checks.`, table(rows)];
    }),
    checks.map((check) => `[${check.code}]: ${learnMoreLink(check)}`).join("\n"),
  ];
  return `${parts.join("\n\n")}\n`;

  function table(rows) {
    const lines = rows.map((check) => {
      const { code, when, kinds } = check;
      const asked = kinds === undefined ? "all" : kinds.map((kind) => kindNames[kind]).join(", ");
      return `| [${code}][] | ${escaped(when)} | ${asked} | ${isOurs(code) ? "ours" : "AWS"} |`;
    });
    return ["| code | raised when | of policies | whose |", "| --- | --- | --- | --- |", ...lines].join("\n");
  }
}

const escaped = (text) => text.replaceAll("|", "\\|").replaceAll("*", "\\*").replaceAll("<", "\\<");

function intro(all, ours) {
  return `There are two levels. **Saving** refuses what AWS refuses, with AWS's sentence (\`MalformedPolicyDocument\` and the
like); that is small, and every API that stores a document does it. **Checking** says more and never refuses: findings in
the vocabulary of IAM Access Analyzer, from ${all} checks. ${all - ours} have Access Analyzer's codes and were written after
its [reference](https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html); ${ours} are
ours, for what it has no code for, and begin with \`ROLECALL_\`.

\`\`\`sh
rolecall lint policies/                 # files and directories of JSON documents
rolecall lint --type trust role.json    # say what it is where the content does not tell: scp, rcp
rolecall lint --live                    # the account's policies on the running server
rolecall lint arn:aws:iam::111122223333:role/deploy
rolecall lint --format sarif policies/ > policies.sarif
\`\`\`

Without \`--type\` a document is told by its file's name (\`scp\`, \`rcp\`, \`trust\`) and its content. The command ends with 1
when there is an error or a security warning; \`--fail-on\` moves that line, \`--show\` hides what is below one. \`--format json\`
prints findings as ValidatePolicy does: \`findingType\`, \`issueCode\`, \`findingDetails\`, \`learnMoreLink\`, and \`locations\` with
path and span (lines from 1, columns and offsets from 0, the end behind the last character).

What is known of services, actions, resource types and condition keys is the data of \`core/service-authorization\`. A newer
action than the data is reported as unknown.`;
}
