import {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  GetRoleCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
import {
  CreateBucketCommand,
  DeleteBucketPolicyCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { AssumeRoleCommand, GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import type { Profile } from "../profiles.ts";
import { removeUser } from "./clean-up.ts";
import type { Actor } from "./theatre.ts";

export const accountA = "111122223333";
export const accountB = "444455556666";
export const roleArn = `arn:aws:iam::${accountB}:role/foo`;
const bobArn = `arn:aws:iam::${accountA}:user/Bob`;
const sessionName = "bob-at-work";

/** The trust policy of the story, exactly. */
export const trustPolicy = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":"${bobArn}"}}]}`;

/** The buckets of one run; bucket names are global. */
export interface Buckets {
  /** Of account B: what role foo may use. */
  foo: string;
  /** Of account B: closed to the role until a bucket policy opens it. */
  other: string;
  /** Of account A: what Bob may use himself. */
  bob: string;
}

export const bucketsOf = (run: string): Buckets => ({
  foo: `rolecall-demo-foo-${run}`,
  other: `rolecall-demo-other-${run}`,
  bob: `rolecall-demo-bob-${run}`,
});

const allow = (action: string | string[], resource: string | string[], more: object = {}): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: action, Resource: resource, ...more }],
  });

export const mark = [{ Key: "rolecall-demo", Value: "true" }];

/** Who takes part. `bob` and `session` come on stage during the story. */
export interface Cast {
  rootA: Actor;
  rootB: Actor;
  bob: Actor;
  session: Actor;
}

export interface Step {
  title: string;
  /** The call as a reader of AWS's documentation would write it. */
  call: string;
  /** `OK` or the error codes that are right. */
  expect: readonly string[];
  /** What the answer or the error's message must hold, beyond the code. */
  holds?: (answer: unknown, message: string) => string | undefined;
  run: (cast: Cast) => Promise<unknown>;
}

const ok = ["OK"] as const;
const denied = ["AccessDenied"] as const;
/** Credentials whose role or user is gone: S3 and the query services spell it differently. */
const dead = ["InvalidClientTokenId", "InvalidAccessKeyId", "InvalidToken"] as const;

const says = (part: string) => (_answer: unknown, message: string) =>
  message.includes(part) ? undefined : `the message lacks "${part}"`;

const put = (bucket: string) => (who: Actor) =>
  who.s3.send(new PutObjectCommand({ Bucket: bucket, Key: "hello.txt", Body: "hello" }));
const get = (bucket: string) => async (who: Actor) => {
  const answer = await who.s3.send(new GetObjectCommand({ Bucket: bucket, Key: "hello.txt" }));
  await answer.Body?.transformToString();
  return answer;
};
const assume = (who: Actor) =>
  who.sts.send(
    new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: sessionName, DurationSeconds: 3600 }),
  );

const bucketPolicy = (bucket: string, effect: "Allow" | "Deny"): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: effect,
        Principal: { AWS: roleArn },
        Action: "s3:GetObject",
        Resource: `arn:aws:s3:::${bucket}/*`,
      },
    ],
  });

export interface StoryHooks {
  actor(name: string, credentials: Profile): Actor;
  /** Moves the server's clock; undefined when the server does not allow it. */
  moveClock?: ((offsetMs: number) => Promise<void>) | undefined;
}

/** The main story: Bob of account A, role foo of account B, and what each may do at each moment. */
export function story(buckets: Buckets, hooks: StoryHooks): Step[] {
  const createBob = async (cast: Cast): Promise<unknown> => {
    await cast.rootA.iam.send(new CreateUserCommand({ UserName: "Bob", Tags: mark }));
    const answer = await cast.rootA.iam.send(new CreateAccessKeyCommand({ UserName: "Bob" }));
    cast.bob = hooks.actor("Bob", {
      accessKeyId: answer.AccessKey?.AccessKeyId ?? "",
      secretAccessKey: answer.AccessKey?.SecretAccessKey ?? "",
    });
    return answer;
  };
  const createFoo = (cast: Cast): Promise<unknown> =>
    cast.rootB.iam.send(
      new CreateRoleCommand({ RoleName: "foo", AssumeRolePolicyDocument: trustPolicy, Tags: mark }),
    );
  const allowFooItsBucket = (cast: Cast): Promise<unknown> =>
    cast.rootB.iam.send(
      new PutRolePolicyCommand({
        RoleName: "foo",
        PolicyName: "one-bucket",
        PolicyDocument: allow(
          ["s3:GetObject", "s3:PutObject", "s3:ListBucket"],
          [`arn:aws:s3:::${buckets.foo}`, `arn:aws:s3:::${buckets.foo}/*`],
        ),
      }),
    );
  const allowBob = (cast: Cast): Promise<unknown> =>
    cast.rootA.iam.send(
      new PutUserPolicyCommand({
        UserName: "Bob",
        PolicyName: "assume-foo",
        PolicyDocument: allow("sts:AssumeRole", roleArn),
      }),
    );
  const becomeFoo = async (cast: Cast): Promise<unknown> => {
    const answer = await assume(cast.bob);
    cast.session = hooks.actor("Bob as foo", {
      accessKeyId: answer.Credentials?.AccessKeyId ?? "",
      secretAccessKey: answer.Credentials?.SecretAccessKey ?? "",
      sessionToken: answer.Credentials?.SessionToken ?? "",
    });
    return answer;
  };
  const { moveClock } = hooks;

  return [
    {
      title: "Account A gets a user Bob with an access key",
      call: "iam:CreateUser, iam:CreateAccessKey",
      expect: ok,
      run: createBob,
    },
    {
      title: "Bob gets a bucket of his own account",
      call: `s3:CreateBucket ${buckets.bob}`,
      expect: ok,
      run: async (c) => {
        const answer = await c.rootA.s3.send(new CreateBucketCommand({ Bucket: buckets.bob }));
        await put(buckets.bob)(c.rootA);
        await c.rootA.iam.send(
          new PutUserPolicyCommand({
            UserName: "Bob",
            PolicyName: "own-bucket",
            PolicyDocument: allow("s3:GetObject", `arn:aws:s3:::${buckets.bob}/*`),
          }),
        );
        return answer;
      },
    },
    {
      title: "Account B has two buckets",
      call: `s3:CreateBucket ${buckets.foo}, ${buckets.other}`,
      expect: ok,
      run: async (c) => {
        for (const bucket of [buckets.foo, buckets.other]) {
          await c.rootB.s3.send(new CreateBucketCommand({ Bucket: bucket }));
          await put(bucket)(c.rootB);
        }
        return c.rootB.sts.send(new GetCallerIdentityCommand({}));
      },
    },
    {
      title: "Account B has role foo, whose trust policy names Bob",
      call: "iam:CreateRole foo",
      expect: ok,
      run: createFoo,
    },
    {
      title: "Role foo may use one bucket",
      call: "iam:PutRolePolicy foo",
      expect: ok,
      run: allowFooItsBucket,
    },
    {
      title: "Bob cannot read that bucket",
      call: `s3:GetObject ${buckets.foo}/hello.txt`,
      expect: denied,
      run: (c) => get(buckets.foo)(c.bob),
    },
    {
      title: "Bob cannot assume foo: trust alone does not suffice across accounts",
      call: "sts:AssumeRole foo",
      expect: denied,
      holds: says(`User: ${bobArn} is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`),
      run: (c) => assume(c.bob),
    },
    { title: "Account A allows Bob to assume foo", call: "iam:PutUserPolicy Bob", expect: ok, run: allowBob },
    { title: "Bob assumes foo", call: "sts:AssumeRole foo", expect: ok, run: becomeFoo },
    {
      title: "The session is foo",
      call: "sts:GetCallerIdentity",
      expect: ok,
      holds: (answer) => {
        const { Arn } = answer as { Arn?: string };
        const wanted = `arn:aws:sts::${accountB}:assumed-role/foo/${sessionName}`;
        return Arn === wanted ? undefined : `Arn is ${Arn}, not ${wanted}`;
      },
      run: (c) => c.session.sts.send(new GetCallerIdentityCommand({})),
    },
    {
      title: "It writes to its bucket",
      call: `s3:PutObject ${buckets.foo}/hello.txt`,
      expect: ok,
      run: (c) => put(buckets.foo)(c.session),
    },
    {
      title: "It reads from its bucket",
      call: `s3:GetObject ${buckets.foo}/hello.txt`,
      expect: ok,
      run: (c) => get(buckets.foo)(c.session),
    },
    {
      title: "Another action is denied",
      call: `s3:DeleteObject ${buckets.foo}/hello.txt`,
      expect: denied,
      run: (c) => c.session.s3.send(new DeleteObjectCommand({ Bucket: buckets.foo, Key: "hello.txt" })),
    },
    {
      title: "Another bucket is denied",
      call: `s3:GetObject ${buckets.other}/hello.txt`,
      expect: denied,
      run: (c) => get(buckets.other)(c.session),
    },
    {
      title: "A bucket policy that names the role opens it",
      call: `s3:PutBucketPolicy ${buckets.other} (Allow)`,
      expect: ok,
      run: async (c) => {
        await c.rootB.s3.send(
          new PutBucketPolicyCommand({ Bucket: buckets.other, Policy: bucketPolicy(buckets.other, "Allow") }),
        );
        return get(buckets.other)(c.session);
      },
    },
    {
      title: "A bucket policy that denies the role closes what the role's own policy allows",
      call: `s3:PutBucketPolicy ${buckets.foo} (Deny)`,
      expect: denied,
      run: async (c) => {
        await c.rootB.s3.send(
          new PutBucketPolicyCommand({ Bucket: buckets.foo, Policy: bucketPolicy(buckets.foo, "Deny") }),
        );
        return get(buckets.foo)(c.session);
      },
    },
    {
      title: "Without that policy it is open again",
      call: `s3:DeleteBucketPolicy ${buckets.foo}`,
      expect: ok,
      run: async (c) => {
        await c.rootB.s3.send(new DeleteBucketPolicyCommand({ Bucket: buckets.foo }));
        return get(buckets.foo)(c.session);
      },
    },
    {
      title: "As foo, Bob's own rights are gone",
      call: `s3:GetObject ${buckets.bob}/hello.txt`,
      expect: denied,
      run: (c) => get(buckets.bob)(c.session),
    },
    {
      title: "Without foo, Bob has exactly his own rights: his bucket",
      call: `s3:GetObject ${buckets.bob}/hello.txt`,
      expect: ok,
      run: (c) => get(buckets.bob)(c.bob),
    },
    {
      title: "and not foo's",
      call: `s3:GetObject ${buckets.foo}/hello.txt`,
      expect: denied,
      run: (c) => get(buckets.foo)(c.bob),
    },
    ...(moveClock ? [expiry(buckets, moveClock)] : []),
    {
      title: "Deleting foo ends its live sessions at once",
      call: "iam:DeleteRole foo",
      expect: dead,
      run: async (c) => {
        await c.rootB.iam.send(new DeleteRolePolicyCommand({ RoleName: "foo", PolicyName: "one-bucket" }));
        await c.rootB.iam.send(new DeleteRoleCommand({ RoleName: "foo" }));
        return c.session.sts.send(new GetCallerIdentityCommand({}));
      },
    },
    {
      title: "for S3 too",
      call: `s3:GetObject ${buckets.foo}/hello.txt`,
      expect: dead,
      run: (c) => get(buckets.foo)(c.session),
    },
    {
      title: "Recreating foo under the same name revives nothing",
      call: "iam:CreateRole foo",
      expect: dead,
      run: async (c) => {
        await createFoo(c);
        await allowFooItsBucket(c);
        return get(buckets.foo)(c.session);
      },
    },
    { title: "Bob can assume the new foo", call: "sts:AssumeRole foo", expect: ok, run: becomeFoo },
    {
      title: "Deleting Bob leaves his unique id in the trust policy",
      call: "iam:DeleteUser Bob, iam:GetRole foo",
      expect: ok,
      holds: (answer) => {
        const document = decodeURIComponent(
          (answer as { Role?: { AssumeRolePolicyDocument?: string } }).Role?.AssumeRolePolicyDocument ?? "",
        );
        return /"AWS":\s*"AIDA[A-Z2-7]{17}"/.test(document)
          ? undefined
          : `the trust policy shows ${document}`;
      },
      run: async (c) => {
        await removeUser(c.rootA.iam, "Bob");
        return c.rootB.iam.send(new GetRoleCommand({ RoleName: "foo" }));
      },
    },
    {
      title: "A new Bob is not the one that foo trusts",
      call: "iam:CreateUser Bob, sts:AssumeRole foo",
      expect: denied,
      run: async (c) => {
        await createBob(c);
        await allowBob(c);
        return assume(c.bob);
      },
    },
  ];
}

/** Longer than the session and the deviation that signatures may have. */
const beyondExpiryMs = 2 * 3_600_000;

/** Two hours later the session is over. The SDK corrects its own clock by the server's `Date`. */
function expiry(buckets: Buckets, moveClock: (offsetMs: number) => Promise<void>): Step {
  return {
    title: "After an hour the session is over (the server's clock is moved)",
    call: `s3:GetObject ${buckets.foo}/hello.txt`,
    expect: ["ExpiredToken"],
    run: async (cast) => {
      await moveClock(beyondExpiryMs);
      try {
        const late = cast.session.s3;
        late.config.systemClockOffset = beyondExpiryMs;
        return await get(buckets.foo)(cast.session);
      } finally {
        cast.session.s3.config.systemClockOffset = 0;
        await moveClock(0);
      }
    },
  };
}
