// Trust policies of roles: who may become the role.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_terms-and-concepts.html
import { missingClaims } from "@rolecall/policy/language";
import { matchesAction } from "../actions.ts";
import type { Check, Found } from "../check.ts";
import { found } from "../check.ts";
import type { LintStatement, PrincipalText } from "../document.ts";
import { matchesEverything } from "../patterns.ts";
import { isPositive, takesWildcards } from "./operator-kinds.ts";
import { confinesCaller, letsEveryoneIn } from "./principals.ts";

const github = "token.actions.githubusercontent.com";
/** Providers that IAM knows without an ARN. */
const knownHosts: readonly string[] = [
  "cognito-identity.amazonaws.com",
  "accounts.google.com",
  "graph.facebook.com",
  "www.amazon.com",
];

/** Host and path of an OIDC provider, by its ARN or name; undefined for SAML and for what is none. */
function oidcIssuer({ type, value }: PrincipalText): string | undefined {
  if (type !== "Federated") return undefined;
  const marker = ":oidc-provider/";
  const at = value.indexOf(marker);
  if (at !== -1) return value.slice(at + marker.length);
  return knownHosts.includes(value) ? value : undefined;
}

const isSamlProvider = ({ value }: PrincipalText) => value.includes(":saml-provider/");

function entriesOf({ principals }: LintStatement): readonly PrincipalText[] {
  return principals === undefined || principals.not ? [] : principals.entries;
}

/** Whether Action names one of the trust actions. */
const names = ({ actions }: LintStatement, action: string): boolean =>
  actions !== undefined &&
  !actions.not &&
  actions.items.some(({ value }) => matchesAction(value, `sts:${action.toLowerCase()}`));

const providerArn = /^arn:[^:]*:iam::\d{12}:(saml|oidc)-provider\/.+$/;
const domain = /^[a-z0-9-]+(\.[a-z0-9-]+)+(\/[^\s]*)?$/i;

/** Account of a principal that means an account as a whole, or of one that stands in it. */
function accountOf({ type, value }: PrincipalText): { id: string; isWhole: boolean } | undefined {
  if (type !== "AWS") return undefined;
  if (/^\d{12}$/.test(value)) return { id: value, isWhole: true };
  const id = /^arn:[^:]*:(?:iam|sts)::(\d{12}):(.+)$/.exec(value);
  return id === null ? undefined : { id: id[1] ?? "", isWhole: id[2] === "root" };
}

/** What conditions have in the engine's form, for its rule about shared providers. */
const asElements = ({ conditions }: LintStatement) =>
  conditions.map(({ operator, key, values }) => ({
    operator,
    key,
    values: values.map(({ value }) => value),
  }));

export const trustChecks: readonly Check[] = [
  {
    code: "ROLE_TRUST_POLICY_SYNTAX_ERROR_NOTPRINCIPAL",
    type: "ERROR",
    when: "a trust policy has NotPrincipal",
    kinds: ["trust"],
    *statement({ principals }) {
      if (principals?.not === true)
        yield found(principals.namePlace, "A trust policy has no NotPrincipal: say who may assume the role.");
    },
  },
  {
    code: "ROLE_TRUST_POLICY_UNSUPPORTED_WILDCARD_IN_PRINCIPAL",
    type: "ERROR",
    when: 'a trust policy has "Principal": "*"; the form {"AWS": "*"} is accepted',
    kinds: ["trust"],
    *statement({ principals }) {
      if (principals?.node.kind === "string" && principals.node.value === "*")
        yield found(
          principals,
          'IAM refuses "Principal": "*" in a trust policy: say who may assume the role.',
        );
    },
  },
  {
    code: "ROLE_TRUST_POLICY_SYNTAX_ERROR_RESOURCE",
    type: "ERROR",
    when: "a trust policy has Resource or NotResource",
    kinds: ["trust"],
    *statement({ resources }) {
      if (resources !== undefined)
        yield found(resources.namePlace, `Remove ${resources.name}: a trust policy is about its own role.`);
    },
  },
  {
    code: "INVALID_FEDERATED_PRINCIPAL_SYNTAX_IN_ROLE_TRUST_POLICY",
    type: "ERROR",
    when: "a Federated principal is neither a domain nor the ARN of a provider",
    kinds: ["trust"],
    *statement(statement) {
      for (const entry of entriesOf(statement))
        if (entry.type === "Federated" && !providerArn.test(entry.value) && !domain.test(entry.value))
          yield found(
            entry,
            "A federated principal is a domain such as accounts.google.com or a provider's ARN.",
          );
    },
  },
  {
    code: "MISMATCHED_ACTION_FOR_PRINCIPAL",
    type: "ERROR",
    when: "a SAML provider may AssumeRoleWithWebIdentity, an OIDC provider AssumeRoleWithSAML, or no provider stands under Federated",
    kinds: ["trust"],
    *statement(statement) {
      const { actions } = statement;
      if (actions === undefined || actions.not) return;
      const entries = entriesOf(statement);
      for (const action of actions.items) {
        const name = action.value.toLowerCase();
        const isSaml = name === "sts:assumerolewithsaml";
        if (!isSaml && name !== "sts:assumerolewithwebidentity") continue;
        // A list of both kinds has an action for each.
        const isWrong = (entry: PrincipalText) =>
          entry.type !== "Federated" || (isSaml ? oidcIssuer(entry) !== undefined : isSamlProvider(entry));
        const wrong = entries.filter(isWrong);
        const served = entries.some((entry) => !isWrong(entry));
        if (wrong.length > 0 && !served)
          yield found(
            [action, ...wrong],
            `${action.value} is for ${isSaml ? "SAML" : "OIDC"} providers under Federated, not for ` +
              `${wrong.map(({ value }) => value).join(", ")}.`,
          );
      }
    },
  },
  {
    code: "MISSING_ACTION_FOR_ROLES_ANYWHERE_TRUST_POLICY",
    type: "ERROR",
    when: "rolesanywhere.amazonaws.com is trusted without sts:AssumeRole, sts:SetSourceIdentity and sts:TagSession",
    kinds: ["trust"],
    *statement(statement) {
      const { actions, effect } = statement;
      if (actions === undefined || effect !== "Allow") return;
      const isAnywhere = ({ type, value }: PrincipalText) =>
        type === "Service" && value === "rolesanywhere.amazonaws.com";
      const missing = ["AssumeRole", "SetSourceIdentity", "TagSession"].filter(
        (name) => !names(statement, name),
      );
      if (entriesOf(statement).some(isAnywhere) && missing.length > 0)
        yield found(
          actions,
          `Roles Anywhere needs ${missing.map((name) => `sts:${name}`).join(" and ")} here, too.`,
        );
    },
  },
  {
    code: "MISSING_CONDITION_KEY_FOR_OIDC_PRINCIPAL",
    type: "SECURITY_WARNING",
    when: "an OIDC provider is trusted without a condition on any of its claims",
    kinds: ["trust"],
    *statement(statement) {
      if (statement.effect !== "Allow") return;
      for (const entry of entriesOf(statement)) {
        const issuer = oidcIssuer(entry)?.toLowerCase();
        if (issuer === undefined) continue;
        if (!statement.conditions.some(({ name }) => name.startsWith(`${issuer}:`)))
          yield found(entry, `Every token of this provider will do: test claims, for example ${issuer}:aud.`);
      }
    },
  },
  {
    code: "MISSING_GITHUB_REPO_CONDITION_KEY",
    type: "SECURITY_WARNING",
    when: `GitHub's provider is trusted without a condition on ${github}:sub`,
    kinds: ["trust"],
    *statement(statement) {
      if (statement.effect !== "Allow") return;
      for (const entry of entriesOf(statement)) {
        if (oidcIssuer(entry) !== github) continue;
        if (missingClaims(entry.value, asElements(statement)) !== undefined)
          yield found(
            entry,
            `Anybody's workflow will do: test ${github}:sub, as in repo:OWNER/NAME:ref:refs/heads/main.`,
          );
      }
    },
  },
  {
    code: "SPECIFIC_GITHUB_REPO_AND_BRANCH_RECOMMENDED",
    type: "WARNING",
    when: `the value of ${github}:sub has a wildcard and no condition on :ref names the branch`,
    kinds: ["trust"],
    *condition(condition, { effect, conditions }) {
      if (condition.name !== `${github}:sub` || effect !== "Allow" || !takesWildcards(condition)) return;
      const namesBranch = conditions.some((one) => one.name === `${github}:ref` && isPositive(one));
      for (const value of condition.values) {
        const [, repository = "", ...rest] = value.value.split(":");
        const isSpecific = value.value.startsWith("repo:") && !/[*?]/.test(repository) && rest.length > 0;
        if (/[*?]/.test(value.value) && !(namesBranch && isSpecific))
          yield found(value, `Name repository and branch, or test ${github}:ref besides.`);
      }
    },
  },
  {
    code: "REDUNDANT_PRINCIPAL_IN_ROLE_TRUST_POLICY",
    type: "SUGGESTION",
    when: "a session is named next to the role that it is a session of",
    kinds: ["trust"],
    *statement(statement) {
      const entries = entriesOf(statement);
      const roles = new Set<string>();
      for (const { value } of entries) {
        const role = /^arn:[^:]*:iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/.exec(value);
        if (role !== null) roles.add(`${role[1] ?? ""}/${role[2] ?? ""}`);
      }
      for (const entry of entries) {
        const session = /^arn:[^:]*:(?:sts|iam)::(\d{12}):assumed-role\/([^/]+)\//.exec(entry.value);
        if (session !== null && roles.has(`${session[1] ?? ""}/${session[2] ?? ""}`))
          yield found(
            entry,
            `The role ${session[2] ?? ""} is named, which means all of its sessions: remove this one.`,
          );
      }
    },
  },
  {
    code: "ROLECALL_TRUST_OPEN_TO_ALL",
    type: "SECURITY_WARNING",
    when: "any AWS principal may assume the role, and no condition confines the caller; sts:ExternalId is no secret",
    page: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-anonymous",
    kinds: ["trust"],
    *statement(statement) {
      if (letsEveryoneIn(statement) && !statement.conditions.some(confinesCaller))
        yield found(
          statement.principals ?? statement,
          "Anybody with an AWS account may assume this role: name principals, or test aws:PrincipalOrgID.",
        );
    },
  },
  {
    code: "ROLECALL_TRUST_WITHOUT_EXTERNAL_ID",
    type: "WARNING",
    when: "another account is trusted without sts:ExternalId; without a known account of the role, any account as a whole",
    page: "https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html",
    kinds: ["trust"],
    *statement(statement, { accountId }) {
      if (statement.effect !== "Allow" || !names(statement, "AssumeRole")) return;
      // A caller of one's own organization is no third party's customer.
      const isSafe = statement.conditions.some(
        (one) =>
          isPositive(one) &&
          [
            "sts:externalid",
            "aws:principalorgid",
            "aws:principalorgpaths",
            "aws:multifactorauthpresent",
          ].includes(one.name),
      );
      if (isSafe) return;
      for (const entry of entriesOf(statement)) {
        const account = accountOf(entry);
        if (account === undefined) continue;
        if (accountId === undefined ? account.isWhole : account.id !== accountId)
          yield found(
            entry,
            `${accountId === undefined ? `If ${account.id} is another account` : `${account.id} is another account`}: ` +
              "when it serves several customers, test the sts:ExternalId it gave you.",
          );
      }
    },
  },
  {
    code: "ROLECALL_TRUST_OIDC_WITHOUT_SUBJECT",
    type: "SECURITY_WARNING",
    when: "a provider that many share (GitLab, Terraform Cloud, EKS and others) is trusted without a condition on whose token it is",
    page: "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc_secure-by-default.html",
    kinds: ["trust"],
    statement: withoutSubject,
  },
  {
    code: "ROLECALL_TRUST_SERVICE_WITHOUT_SOURCE",
    type: "SUGGESTION",
    when: "a service is trusted without aws:SourceArn, aws:SourceAccount or the like; services that send neither are left out",
    page: "https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html",
    kinds: ["trust"],
    *statement(statement) {
      if (statement.effect !== "Allow" || !names(statement, "AssumeRole")) return;
      if (statement.conditions.some(({ name }) => sourceKeys.has(name))) return;
      for (const entry of entriesOf(statement))
        if (entry.type === "Service" && !/^(ec2|rolesanywhere|pods\.eks|edgelambda)\./.test(entry.value))
          yield found(
            entry,
            "The service may act for somebody else's resource: test aws:SourceArn or aws:SourceAccount.",
          );
    },
  },
];

/** Keys that say for whose resource a service acts. */
export const sourceKeys: ReadonlySet<string> = new Set([
  "aws:sourcearn",
  "aws:sourceaccount",
  "aws:sourceorgid",
  "aws:sourceorgpaths",
]);

function* withoutSubject(statement: LintStatement): Iterable<Found> {
  if (statement.effect !== "Allow") return;
  for (const entry of entriesOf(statement)) {
    const issuer = oidcIssuer(entry);
    // GitHub has checks of AWS's own.
    if (issuer === undefined || issuer === github) continue;
    const claims = missingClaims(entry.value, asElements(statement));
    if (claims !== undefined)
      yield found(
        entry,
        `Customers share this provider: test ${claims.join(" or ")}, by more than a wildcard.`,
      );
    else if (issuer.startsWith("oidc.eks.") && !testsSubject(statement, issuer))
      yield found(entry, `Every pod of the cluster will do: test ${issuer}:sub.`);
  }
}

const testsSubject = ({ conditions }: LintStatement, issuer: string): boolean =>
  conditions.some(
    (one) =>
      one.name === `${issuer.toLowerCase()}:sub` &&
      isPositive(one) &&
      one.values.length > 0 &&
      one.values.every(({ value }) => !matchesEverything(value)),
  );
