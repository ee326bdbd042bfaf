import { iam, InvalidInput } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import { latestFirst } from "@rolecall/store-contract";
import { accountCheck } from "../checks.ts";
import { pageOf, truncation } from "../pagination.ts";
import { findReport, jobShape } from "./jobs.ts";
import { findSubject, membersOf } from "./subject.ts";

/**
 * The users and roles behind a report that could have accessed a service, the latest access first. Who they are and
 * what they did is as it stands now; that the report lists the service is as it was.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetServiceLastAccessedDetailsWithEntities.html
 */
export const GetServiceLastAccessedDetailsWithEntities = operation(
  iam,
  "GetServiceLastAccessedDetailsWithEntities",
  {
    authorization: () => accountCheck,
    async handle(input, context) {
      const report = await findReport(input.JobId, "identity", context);
      const job = jobShape(report, context);
      if (job.JobStatus === "IN_PROGRESS") return { ...job, EntityDetailsList: [], IsTruncated: false };
      const namespace = input.ServiceNamespace.toLowerCase();
      if (!report.services.some(({ service }) => service === namespace))
        // The sentence is ours.
        throw InvalidInput(`The report does not list the service ${input.ServiceNamespace}.`);
      const { accountId, store } = context;
      const found = await store.read(async (tx) => {
        const members = await membersOf(tx, await findSubject(tx, report.subject.arn, context), accountId);
        const accesses = await tx.serviceAccesses.getMany(
          members.map(({ id }) => [accountId, id, namespace]),
        );
        return members.map((member, n) => ({ member, atMs: accesses[n]?.atMs }));
      });
      const page = pageOf(found, ({ member, atMs }) => `${latestFirst(atMs ?? 0)} ${member.id}`, input, [
        "last-accessed-entities",
        report.jobId,
        namespace,
      ]);
      return {
        ...job,
        EntityDetailsList: page.items.map(({ member: { arn, name, type, id, path }, atMs }) => ({
          EntityInfo: { Arn: arn, Name: name, Type: type, Id: id, Path: path },
          LastAuthenticated: atMs === undefined ? undefined : new Date(atMs),
        })),
        ...truncation(page),
      };
    },
  },
);
