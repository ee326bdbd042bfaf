import { deepEqual, equal, ok } from "node:assert/strict";
import { test } from "node:test";
import { iam, type ServiceModel, sts } from "@rolecall/model";
import { decodeInput } from "./decode-input.ts";
import { parseForm } from "./form.ts";

/** The decoded input, or `Code: message`. */
function decode(model: ServiceModel, name: string, query: string): unknown {
  const form = parseForm(query);
  ok(form.ok);
  const decoded = decodeInput(model, name, form.params);
  return decoded.ok ? decoded.input : `${decoded.error.code}: ${decoded.error.message}`;
}

const role = "RoleArn=arn:aws:iam::111122223333:role/ops&RoleSessionName=ana";
const decodedRole = { RoleArn: "arn:aws:iam::111122223333:role/ops", RoleSessionName: "ana" };

test("parameters become typed input", () => {
  const rows: [ServiceModel, string, string, unknown][] = [
    [sts, "GetCallerIdentity", "Action=GetCallerIdentity&Version=2011-06-15", {}],
    [sts, "AssumeRole", `${role}&DurationSeconds=900`, { ...decodedRole, DurationSeconds: 900 }],
    [sts, "AssumeRole", `${role}&DurationSeconds=0900`, { ...decodedRole, DurationSeconds: 900 }],
    [sts, "AssumeRole", `${role}&DurationSeconds=%2B900`, { ...decodedRole, DurationSeconds: 900 }],
    [
      sts,
      "AssumeRole",
      `${role}&Tags.member.1.Key=a&Tags.member.1.Value=`,
      { ...decodedRole, Tags: [{ Key: "a", Value: "" }] },
    ],
    [
      sts,
      "AssumeRole",
      `${role}&Tags.1.Key=a&Tags.1.Value=b`,
      { ...decodedRole, Tags: [{ Key: "a", Value: "b" }] },
    ],
    [sts, "AssumeRole", `${role}&Tags=`, { ...decodedRole, Tags: [] }],
    [sts, "AssumeRole", `${role}&Tags.member=`, { ...decodedRole, Tags: [] }],
    // Order is that of the numbers, not of the parameters.
    [
      sts,
      "AssumeRole",
      `${role}&TransitiveTagKeys.member.10=j&${[9, 8, 7, 6, 5, 4, 3, 2, 1].map((n) => `TransitiveTagKeys.member.${n}=${n}`).join("&")}`,
      { ...decodedRole, TransitiveTagKeys: ["1", "2", "3", "4", "5", "6", "7", "8", "9", "j"] },
    ],
    // Unknown parameters are ignored, at any depth.
    [
      sts,
      "AssumeRole",
      `${role}&WebIdentityAccessToken=x&__proto__=y&a.b.c=d&Tags.member.1.Key=a&Tags.member.1.Value=b&Tags.member.1.X=y&${"a.".repeat(50)}=1`,
      { ...decodedRole, Tags: [{ Key: "a", Value: "b" }] },
    ],
    [
      iam,
      "UpdateAccountPasswordPolicy",
      "RequireSymbols=true&RequireNumbers=false&HardExpiry=1&RequireLowercaseCharacters=0",
      { RequireSymbols: true, RequireNumbers: false, HardExpiry: true, RequireLowercaseCharacters: false },
    ],
    [iam, "UpdateRole", "RoleName=r&Description=", { RoleName: "r", Description: "" }],
    [
      iam,
      "UpdateRole",
      `RoleName=r&Description=${"é".repeat(1000)}`,
      { RoleName: "r", Description: "é".repeat(1000) },
    ],
    [iam, "CreateUser", "UserName=u&Path=/a//b/", { UserName: "u", Path: "/a//b/" }],
    [
      iam,
      "PutAccountProperties",
      "Properties.entry.1.key=a&Properties.entry.1.value=b&Properties.entry.2.key=__proto__&Properties.entry.2.value=d",
      {
        Properties: Object.fromEntries([
          ["a", "b"],
          ["__proto__", "d"],
        ]),
      },
    ],
  ];
  for (const [model, name, query, expected] of rows) deepEqual(decode(model, name, query), expected, query);
});

test("values that are not of their type are MalformedInput", () => {
  const xsdInteger = "MalformedInput: integer must follow xsd1.1 definition";
  const rows: [ServiceModel, string, string, string][] = [
    ...["900.0", "+900+", "%20900%20", "9e2", "0x384", "９００", "-", "1_000"].map(
      (text): [ServiceModel, string, string, string] => [
        sts,
        "GetSessionToken",
        `DurationSeconds=${text}`,
        xsdInteger,
      ],
    ),
    [sts, "GetSessionToken", "DurationSeconds=2147483648", "MalformedInput: integer is out of range"],
    [sts, "GetSessionToken", "DurationSeconds=-2147483649", "MalformedInput: integer is out of range"],
    [sts, "GetSessionToken", "DurationSeconds=", "MalformedInput: missing value for integer type"],
    [
      iam,
      "UpdateAccountPasswordPolicy",
      "RequireSymbols=TRUE",
      "MalformedInput: boolean must follow xsd1.1 definition",
    ],
    [iam, "UpdateAccountPasswordPolicy", "RequireSymbols=", "MalformedInput: missing value for boolean type"],
    [iam, "TagRole", "RoleName=r&Tags=x", "MalformedInput: Value found where not expected"],
    [iam, "TagRole", "RoleName=r&Tags.member.1=x", "MalformedInput: Value found where not expected"],
    [iam, "TagRole", "RoleName=r&Tags.member.0.Key=a", "MalformedInput: 0 is not a valid index"],
    [
      iam,
      "TagRole",
      "RoleName=r&Tags.member.x.Key=a",
      "MalformedInput: Start of list found where not expected",
    ],
    [iam, "TagRole", "RoleName=r&Tags.member.-1.Key=a", "MalformedInput: Key -1 may not have a leading '-'"],
    [
      iam,
      "TagRole",
      "RoleName=r&Tags.member.%2B1.Key=a",
      "MalformedInput: Start of list found where not expected",
    ],
    [
      iam,
      "TagRole",
      "RoleName=r&Tags.member.1.Key=a&Tags.2.Key=b",
      "MalformedInput: Start of list found where not expected",
    ],
    [
      iam,
      "TagRole",
      "RoleName=r&Tags.member.1500.Key=a",
      "MalformedInput: Excessively sparse input would skip 1,499 list elements",
    ],
    [iam, "TagRole", "RoleName=r&Tags.member.999999999.Key=a", "MalformedInput: Index 999999999 is illegal"],
    [iam, "GetRole", "RoleName.member.1=r", "MalformedInput: Start of list found where not expected"],
    [iam, "GetRole", "RoleName.Key=r", "MalformedInput: Start of structure or map found where not expected."],
    [
      iam,
      "PutAccountProperties",
      "Properties.entry.1.key=a&Properties.entry.1.value=b&Properties.entry.2.key=a&Properties.entry.2.value=c",
      "MalformedInput: Duplicate key a in map",
    ],
  ];
  for (const [model, name, query, expected] of rows) equal(decode(model, name, query), expected, query);
});

test("broken constraints are told in AWS's sentences", () => {
  const one = "ValidationError: 1 validation error detected: ";
  const invalidUserName =
    "The specified value for userName is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-";
  const rows: [ServiceModel, string, string, string][] = [
    // Recorded.
    [
      sts,
      "AssumeRole",
      "RoleArn=arn:aws:iam::111122223333:role/ops&RoleSessionName=Session1:2",
      `${one}Value 'Session1:2' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*`,
    ],
    [
      sts,
      "AssumeRole",
      `${role}&DurationSeconds=43201`,
      `${one}Value '43201' at 'durationSeconds' failed to satisfy constraint: Member must have value less than or equal to 43200`,
    ],
    [
      iam,
      "ResetServiceSpecificCredential",
      "ServiceSpecificCredentialId=%25%25%25%25%25%25%25%25%25%25%25%25%25%25%25%25%25%25%25%25",
      `${one}Value at 'serviceSpecificCredentialId' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w]+`,
    ],
    [
      iam,
      "UpdateServiceSpecificCredential",
      "ServiceSpecificCredentialId=ACCAEXAMPLE123EXAMPLE&Status=Off",
      `${one}Value at 'status' failed to satisfy constraint: Member must satisfy enum value set`,
    ],
    [
      iam,
      "GetSSHPublicKey",
      "UserName=u&SSHPublicKeyId=APKAEXAMPLE123EXAMPLE&Encoding=ssh",
      `${one}Value at 'encoding' failed to satisfy constraint: Member must satisfy enum value set: [SSH, PEM]`,
    ],
    [
      iam,
      "GetAccountAuthorizationDetails",
      "MaxItems=1001",
      `${one}Value at 'maxItems' failed to satisfy constraint: Member must have value less than or equal to 1000`,
    ],
    [
      iam,
      "GetAccountAuthorizationDetails",
      "Filter.member.1=Roles",
      `${one}Value at 'filter' failed to satisfy constraint: Member must satisfy constraint: [Member must satisfy enum value set: [LocalManagedPolicy, User, AWSManagedPolicy, Role, Group]]`,
    ],
    // By the same rules.
    [
      sts,
      "AssumeRole",
      "RoleSessionName=ana",
      `${one}Value null at 'roleArn' failed to satisfy constraint: Member must not be null`,
    ],
    [
      sts,
      "AssumeRole",
      `${role}&DurationSeconds=0`,
      `${one}Value '0' at 'durationSeconds' failed to satisfy constraint: Member must have value greater than or equal to 900`,
    ],
    [
      sts,
      "AssumeRole",
      "RoleArn=ops&RoleSessionName=a",
      "ValidationError: 2 validation errors detected: Value 'ops' at 'roleArn' failed to satisfy constraint: Member must have length greater than or equal to 20; Value 'a' at 'roleSessionName' failed to satisfy constraint: Member must have length greater than or equal to 2",
    ],
    [
      sts,
      "AssumeRole",
      `${role}&TransitiveTagKeys.member.1=a&TransitiveTagKeys.member.2=%24`,
      `${one}Value '[a, $]' at 'transitiveTagKeys' failed to satisfy constraint: Member must satisfy constraint: [Member must have length less than or equal to 128, Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: [\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+]`,
    ],
    // A secret is not shown.
    [
      sts,
      "AssumeRoleWithWebIdentity",
      `${role}&WebIdentityToken=abc`,
      `${one}Value at 'webIdentityToken' failed to satisfy constraint: Member must have length greater than or equal to 4`,
    ],
    [
      iam,
      "TagRole",
      "RoleName=r&Tags.member.1.Value=x",
      `${one}Value at 'tags.1.member.key' failed to satisfy constraint: Member must not be null`,
    ],
    [
      iam,
      "TagRole",
      "RoleName=r&Tags.member.2.Key=a&Tags.member.2.Value=b",
      "ValidationError: 2 validation errors detected: Value at 'tags.1.member.key' failed to satisfy constraint: Member must not be null; Value at 'tags.1.member.value' failed to satisfy constraint: Member must not be null",
    ],
    [
      iam,
      "CreateRole",
      `RoleName=${"r".repeat(65)}&AssumeRolePolicyDocument=x`,
      `${one}Value at 'roleName' failed to satisfy constraint: Member must have length less than or equal to 64`,
    ],
    [
      iam,
      "GetUser",
      `UserName=${"u".repeat(65)}`,
      `${one}Value at 'userName' failed to satisfy constraint: Member must have length less than or equal to 64`,
    ],
    [
      iam,
      "UpdateRole",
      `RoleName=r&Description=${"é".repeat(1001)}`,
      `${one}Value at 'description' failed to satisfy constraint: Member must have length less than or equal to 1000`,
    ],
    // IAM's own sentences.
    [
      iam,
      "GetUser",
      "UserName=ana%0A",
      "ValidationError: The specified value for userName is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-",
    ],
    [
      iam,
      "GetUser",
      "UserName=%C3%A9",
      "ValidationError: The specified value for userName is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-",
    ],
    // Also of a value that is too short or too long for its shape, while another member's clause comes before it.
    [iam, "GetUser", "UserName=", `ValidationError: ${invalidUserName}`],
    [iam, "GetUser", `UserName=${"/".repeat(200)}`, `ValidationError: ${invalidUserName}`],
    [
      iam,
      "ListAccessKeys",
      "UserName=&MaxItems=0",
      `${one}Value at 'maxItems' failed to satisfy constraint: Member must have value greater than or equal to 1`,
    ],
    [
      iam,
      "DeleteAccessKey",
      "AccessKeyId=AKIA-AKIA-AKIA-AKIA",
      "ValidationError: The specified value for accessKeyId is invalid. It must contain only alphanumeric characters.",
    ],
    [
      iam,
      "PutUserPolicy",
      "UserName=u&PolicyName=p&PolicyDocument=%E2%82%AC",
      "ValidationError: The specified value for policyDocument is invalid. It must contain only printable ASCII characters.",
    ],
    ...["//", "/team", "team/", "/a b/", "/%7F/", "/%C3%A9/", "/a/%0A", ""].map(
      (path): [ServiceModel, string, string, string] => [
        iam,
        "CreateUser",
        `UserName=u&Path=${path}`,
        "ValidationError: The specified value for path is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters.",
      ],
    ),
    // Observed: one sentence for the prefixes of every list, although their patterns differ.
    ...[
      ...["ListUsers", "ListServerCertificates"].flatMap((name) =>
        ["", "team", "%20", "/a%0A"].map((prefix) => [name, prefix] as const),
      ),
      ...["ListPolicies", "ListEntitiesForPolicy", "ListAttachedRolePolicies"].flatMap((name) =>
        ["", "team/", "/team", `/${"a".repeat(512)}`].map((prefix) => [name, prefix] as const),
      ),
    ].map(([name, prefix]): [ServiceModel, string, string, string] => [
      iam,
      name,
      `PathPrefix=${prefix}&RoleName=r&PolicyArn=arn:aws:iam::111122223333:policy/p`,
      "ValidationError: The specified value for pathPrefix is invalid. It must begin with the / character and contain only alphanumeric characters and/or / characters.",
    ]),
    ...[
      ["ListUsers", `/${"a".repeat(512)}`],
      ["ListPolicies", `/${"a".repeat(511)}/`],
    ].map(([name, prefix]): [ServiceModel, string, string, string] => [
      iam,
      name as string,
      `PathPrefix=${prefix}`,
      `${one}Value at 'pathPrefix' failed to satisfy constraint: Member must have length less than or equal to 512`,
    ]),
    // Observed of IAM alone: what a key of a removal must be says that it must be, too.
    [
      iam,
      "UntagRole",
      "RoleName=r&TagKeys.member.1=%24",
      `${one}Value at 'tagKeys' failed to satisfy constraint: Member must satisfy constraint: [Member must have length less than or equal to 128, Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: [\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+, Member must not be null]`,
    ],
    // A value that is too long is still looked at.
    [
      sts,
      "AssumeRole",
      `RoleArn=arn:aws:iam::111122223333:role/ops&RoleSessionName=${"s".repeat(64)}:`,
      `ValidationError: 2 validation errors detected: Value '${"s".repeat(64)}:' at 'roleSessionName' failed to satisfy constraint: Member must have length less than or equal to 64; Value '${"s".repeat(64)}:' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*`,
    ],
  ];
  for (const [model, name, query, expected] of rows) equal(decode(model, name, query), expected, query);
});

test("an index of a list may begin with zeros", () => {
  const query = "RoleName=r&TagKeys.member.01=a&TagKeys.member.002=b&TagKeys.member.3=c&TagKeys.member.03=d";
  deepEqual(decode(iam, "UntagRole", query), { RoleName: "r", TagKeys: ["a", "b", "c"] });
});

test("lengths count characters, not units of UTF-16", () => {
  const tag = (key: string) => `RoleName=r&Tags.member.1.Value=&Tags.member.1.Key=${encodeURIComponent(key)}`;
  deepEqual(decode(iam, "TagRole", tag("𝒜".repeat(128))), {
    RoleName: "r",
    Tags: [{ Key: "𝒜".repeat(128), Value: "" }],
  });
  equal(
    decode(iam, "TagRole", tag("𝒜".repeat(129))),
    "ValidationError: 1 validation error detected: Value at 'tags.1.member.key' failed to satisfy constraint: Member must have length less than or equal to 128",
  );
});

test("what is told of a request is bounded, whatever the request holds", () => {
  const tags = Array.from({ length: 2000 }, (_, index) => `Tags.member.${index + 1}.Key=`).join("&");
  const many = decode(iam, "TagRole", `RoleName=r&${tags}`) as string;
  ok(many.startsWith("ValidationError: 100 validation errors detected: "));
  const long = decode(sts, "AssumeRole", `RoleArn=${"x".repeat(100_000)}&RoleSessionName=ana`) as string;
  ok(long.length < 1500);
});

test("an operation the model lacks is InvalidAction", () => {
  for (const name of ["Nope", "__proto__", "constructor", ""]) {
    equal(decode(iam, name, ""), `InvalidAction: Could not find operation ${name} for version 2010-05-08`);
  }
});
