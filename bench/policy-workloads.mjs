// The situations that the policy benchmark decides, as plain data: the same documents for every engine that
// reads AWS policies, and a translation for Cedar.
const account = "111122223333";
const other = "444455556666";

const document = (...statements) => ({ Version: "2012-10-17", Statement: statements });
const allow = (Action, Resource, Condition) => ({
  Effect: "Allow",
  Action,
  Resource,
  ...(Condition && { Condition }),
});
const deny = (Action, Resource, Condition) => ({
  Effect: "Deny",
  Action,
  Resource,
  ...(Condition && { Condition }),
});

const context = {
  "aws:SourceIp": "192.0.2.7",
  "aws:SecureTransport": "true",
  "aws:CurrentTime": "2026-09-27T12:00:00Z",
  "aws:EpochTime": "1790510400",
  "aws:PrincipalArn": `arn:aws:iam::${account}:role/team/app`,
  "aws:PrincipalAccount": account,
  "aws:PrincipalTag/team": "blue",
  "aws:PrincipalType": "AssumedRole",
  "aws:userid": "AROAAAAAAAAAAAAAAAAAA:session",
  "aws:RequestedRegion": "eu-west-1",
  "aws:ResourceAccount": account,
  "aws:ViaAWSService": "false",
};

const services = ["ec2", "dynamodb", "sqs", "sns", "lambda", "logs", "kms", "secretsmanager", "ssm", "s3"];

/**
 * A managed policy of ten statements, of which those for S3 come last.
 *
 * @param variant makes documents of one content that are not the same text
 */
export const managed = (n, variant = 0) =>
  document(
    ...services.map((service) =>
      service === "s3"
        ? allow(
            ["s3:GetObject", "s3:PutObject", "s3:ListBucket"],
            [`arn:aws:s3:::data-${n}`, `arn:aws:s3:::data-${n}/*`],
            {
              StringEquals: { "aws:PrincipalTag/team": ["blue", "green"] },
            },
          )
        : allow(
            [`${service}:Get*`, `${service}:List*`, `${service}:Describe*`],
            `arn:aws:${service}:*:${account}:x-${n}${variant}/*`,
            {
              Bool: { "aws:SecureTransport": "true" },
            },
          ),
    ),
  );

const roleSession = {
  principal: `arn:aws:sts::${account}:assumed-role/app/session`,
  roleArn: `arn:aws:iam::${account}:role/team/app`,
};

export const workloads = {
  tiny: {
    principal: `arn:aws:iam::${account}:user/bob`,
    action: "s3:GetObject",
    resource: "arn:aws:s3:::data/a/b.txt",
    resourceAccount: account,
    context,
    identity: [
      document(
        allow("s3:GetObject", "arn:aws:s3:::data/*"),
        allow("s3:ListBucket", "arn:aws:s3:::data"),
        deny("s3:Delete*", "*"),
      ),
    ],
  },
  typical: {
    ...roleSession,
    action: "s3:GetObject",
    resource: "arn:aws:s3:::data-4/reports/2026/q3.csv",
    resourceAccount: account,
    context,
    identity: [0, 1, 2, 3, 4].map((n) => managed(n)),
    boundary: document(
      allow(["s3:*", "dynamodb:*", "logs:*"], "*", {
        StringLike: { "aws:PrincipalArn": "arn:aws:iam::*:role/team/*" },
      }),
    ),
    session: document(
      allow("s3:Get*", "arn:aws:s3:::data-4/reports/*", {
        IpAddress: { "aws:SourceIp": ["192.0.2.0/24", "198.51.100.0/24"] },
      }),
    ),
    scp: [
      document(
        allow("*", "*"),
        deny("*", "*", { StringNotEquals: { "aws:RequestedRegion": ["eu-west-1", "us-east-1"] } }),
      ),
    ],
    resourcePolicy: document(
      {
        ...deny("s3:*", ["arn:aws:s3:::data-4", "arn:aws:s3:::data-4/*"], {
          Bool: { "aws:SecureTransport": "false" },
        }),
        Principal: "*",
      },
      {
        ...allow("s3:GetObject", "arn:aws:s3:::data-4/*", {
          DateLessThan: { "aws:CurrentTime": "2030-01-01T00:00:00Z" },
        }),
        Principal: { AWS: `arn:aws:iam::${other}:root` },
      },
    ),
  },
  heavy: {
    ...roleSession,
    action: "s3:GetObject",
    resource: "arn:aws:s3:::data-4/reports/2026/q3.csv",
    resourceAccount: account,
    context,
    identity: Array.from({ length: 20 }, (_, p) =>
      document(
        ...Array.from({ length: 50 }, (_, i) =>
          p === 19 && i === 49
            ? allow("s3:GetObject", "arn:aws:s3:::data-4/*", {
                StringEquals: { "aws:PrincipalTag/team": "blue" },
              })
            : allow(
                [`${services[i % 9]}:Get*`, `${services[i % 9]}:Put${i}`],
                `arn:aws:${services[i % 9]}:*:${account}:x-${p}-${i}/*`,
              ),
        ),
      ),
    ),
  },
  assumeRole: {
    principal: `arn:aws:iam::${account}:user/bob`,
    action: "sts:AssumeRole",
    resource: `arn:aws:iam::${other}:role/foo`,
    resourceAccount: other,
    resourceKind: "trust",
    context: {
      ...context,
      "aws:PrincipalArn": `arn:aws:iam::${account}:user/bob`,
      "sts:ExternalId": "unique-id",
      "aws:MultiFactorAuthPresent": "true",
      "sts:RoleSessionName": "bob",
    },
    identity: [
      document(allow("sts:AssumeRole", [`arn:aws:iam::${other}:role/foo`, `arn:aws:iam::${other}:role/bar`])),
    ],
    resourcePolicy: document({
      Effect: "Allow",
      Action: "sts:AssumeRole",
      Principal: { AWS: `arn:aws:iam::${account}:root` },
      Condition: {
        StringEquals: { "sts:ExternalId": "unique-id" },
        Bool: { "aws:MultiFactorAuthPresent": "true" },
      },
    }),
  },
};
