import { setImmediate } from "node:timers/promises";
import { passwordExpiryMs } from "@rolecall/access";
import { rootArn, userArn } from "@rolecall/identifiers";
import type {
  AccessKey,
  LoginProfile,
  PasswordPolicy,
  ReadTx,
  SigningCertificate,
  User,
} from "@rolecall/store-contract";

// UserGuide id_credentials_getting-report.html; what live reports of 09/2026 hold beyond it is noted where it stands.

/** In this order, as live reports have them. */
const columns = [
  "user",
  "arn",
  "user_creation_time",
  "password_enabled",
  "password_last_used",
  "password_last_changed",
  "password_next_rotation",
  "mfa_active",
  ...[1, 2].flatMap((n) => [
    `access_key_${n}_active`,
    `access_key_${n}_last_rotated`,
    `access_key_${n}_last_used_date`,
    `access_key_${n}_last_used_region`,
    `access_key_${n}_last_used_service`,
  ]),
  ...[1, 2].flatMap((n) => [`cert_${n}_active`, `cert_${n}_last_rotated`]),
];

const none = "N/A";
const time = (ms: number | undefined): string =>
  ms === undefined ? none : `${new Date(ms).toISOString().slice(0, 19)}Z`;

/** RFC 4180: names may hold commas. */
const field = (text: string): string => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

const pageSize = 100;

/** The report of an account as things stand: lines end in LF, the last one has no end. */
export async function credentialReport(tx: ReadTx, accountId: string): Promise<string> {
  const rows = [columns, await rootRow(tx, accountId)];
  const policy = await tx.passwordPolicies.get(accountId);
  for (let after: string[] | undefined; ;) {
    // Reads of an embedded store never let go by themselves, and others wait to be answered.
    await setImmediate();
    const users = await tx.users.list([accountId], { limit: pageSize, ...(after && { after }) });
    for (const user of users) rows.push(await userRow(tx, user, policy));
    const last = users.at(-1);
    if (!last || users.length < pageSize) break;
    after = [accountId, last.name];
  }
  return rows.map((row) => row.map(field).join(",")).join("\n");
}

/** The root user has no password here, and never one that is to be rotated. */
async function rootRow(tx: ReadTx, accountId: string): Promise<string[]> {
  const account = await tx.accounts.get(accountId);
  const notSupported = "not_supported";
  return [
    "<root_account>",
    rootArn(accountId),
    time(account?.createdAtMs),
    notSupported,
    none,
    notSupported,
    notSupported,
    ...(await credentialFields(tx, accountId, "root")),
  ];
}

async function userRow(tx: ReadTx, user: User, policy: PasswordPolicy | undefined): Promise<string[]> {
  const { accountId, userId, name, path, createdAtMs } = user;
  const profile = await tx.loginProfiles.get(accountId, userId);
  return [
    name,
    userArn(accountId, path, name),
    time(createdAtMs),
    ...passwordFields(user, profile, policy),
    ...(await credentialFields(tx, accountId, userId)),
  ];
}

function passwordFields(
  { passwordLastUsedAtMs }: User,
  profile: LoginProfile | undefined,
  policy: PasswordPolicy | undefined,
): string[] {
  if (!profile) return ["false", none, none, none];
  return [
    "true",
    passwordLastUsedAtMs === undefined ? "no_information" : time(passwordLastUsedAtMs),
    time(profile.passwordChangedAtMs),
    time(passwordExpiryMs(profile, policy)),
  ];
}

/** More than anybody has, unless an operator raised the quotas; the report has room for two. */
const all = { limit: 100 };

/** MFA, two keys and two certificates of a user or, under `root`, of the root user. */
async function credentialFields(tx: ReadTx, accountId: string, owner: string): Promise<string[]> {
  const value = [accountId, owner];
  const devices = await tx.mfaDevices.countBy("byOwner", value);
  const keys = (await tx.accessKeys.listBy("byOwner", value, all)).map(({ record }) => record);
  const certificates = (await tx.signingCertificates.listBy("byOwner", value, all)).map(
    ({ record }) => record,
  );
  // Observed, recorded 09/2026: of two keys the active one stands first, of two certificates the inactive one.
  keys.sort((a, b) => rank(b) - rank(a));
  certificates.sort((a, b) => rank(a) - rank(b));
  return [
    String(devices > 0),
    ...[keys[0], keys[1]].flatMap(keyFields),
    ...[certificates[0], certificates[1]].flatMap(certificateFields),
  ];
}

const rank = ({ status }: AccessKey | SigningCertificate): number => (status === "Active" ? 1 : 0);

/** An inactive key shows when it was made; only a missing one does not. */
function keyFields(key: AccessKey | undefined): string[] {
  return [
    String(key?.status === "Active"),
    time(key?.createdAtMs),
    time(key?.lastUsed?.atMs),
    key?.lastUsed?.region ?? none,
    key?.lastUsed?.service ?? none,
  ];
}

const certificateFields = (certificate: SigningCertificate | undefined): string[] => [
  String(certificate?.status === "Active"),
  time(certificate?.uploadedAtMs),
];
