import { bySecond } from "@rolecall/identifiers";

/**
 * One audit record, in the form and member order of a CloudTrail record.
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
 */
export interface AuditEvent {
  eventVersion: "1.11";
  userIdentity: UserIdentity;
  /** `YYYY-MM-DDThh:mm:ssZ` */
  eventTime: string;
  eventSource: string;
  eventName: string;
  awsRegion: string;
  sourceIPAddress: string;
  userAgent: string;
  errorCode?: string | undefined;
  errorMessage?: string | undefined;
  requestParameters: JsonObject | null;
  responseElements: JsonObject | null;
  additionalEventData?: JsonObject;
  requestID: string;
  eventID: string;
  readOnly: boolean;
  resources?: EventResource[] | undefined;
  eventType: "AwsApiCall";
  managementEvent: boolean;
  recipientAccountId: string;
  sharedEventID?: string | undefined;
  eventCategory: "Management" | "Data";
  tlsDetails?:
    | { tlsVersion?: string | undefined; cipherSuite?: string | undefined; clientProvidedHostHeader: string }
    | undefined;
}

export type Json = string | number | boolean | null | Json[] | JsonObject;
export interface JsonObject {
  [member: string]: Json;
}

export interface EventResource {
  ARN: string;
  accountId?: string;
  type: string;
}

/**
 * Who did it.
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
 */
export interface UserIdentity {
  type: "Root" | "IAMUser" | "AssumedRole" | "FederatedUser" | "AWSAccount" | "AWSService" | "Unknown";
  principalId?: string;
  arn?: string;
  accountId?: string;
  accessKeyId?: string;
  userName?: string;
  invokedBy?: string;
  sessionContext?: SessionContext;
}

export interface SessionContext {
  sessionIssuer: {
    type?: "Role" | "IAMUser" | "Root";
    principalId?: string;
    arn?: string;
    accountId?: string;
    userName?: string;
  };
  webIdFederationData: JsonObject;
  attributes: { creationDate: string; mfaAuthenticated: "true" | "false" };
  sourceIdentity?: string;
  assumedRoot?: "true";
}

/** What the road knows of a finished request; everything else in a record follows from it. */
export interface EventFacts {
  userIdentity: UserIdentity;
  atMs: number;
  eventSource: string;
  eventName: string;
  region: string;
  sourceIpAddress: string;
  userAgent: string;
  error?: { code: string; message: string } | undefined;
  requestParameters: JsonObject | null;
  responseElements: JsonObject | null;
  requestId: string;
  eventId: string;
  readOnly: boolean;
  resources?: EventResource[] | undefined;
  category: "Management" | "Data";
  recipientAccountId: string;
  sharedEventId?: string | undefined;
  hostHeader?: string | undefined;
  tls?: { version: string; cipherSuite: string } | undefined;
}

/** CloudTrail refuses events over 256 KB; larger fields are cut. */
const maxTextLength = 65_536;

/** Whole seconds, UTC, as every CloudTrail time is. */
export const eventTime = bySecond((atMs) => `${new Date(atMs).toISOString().slice(0, 19)}Z`);

/** Whether nothing in it has to be cut, as in nearly every event. */
function isBounded(value: Json): boolean {
  if (typeof value === "string") return value.length <= maxTextLength;
  if (value === null || typeof value !== "object") return true;
  return Object.values(value).every(isBounded);
}

/** Long texts from outside are cut, so that no request can make an event of unbounded size. */
function bounded(value: Json): Json {
  if (typeof value === "string")
    return value.length > maxTextLength ? `${value.slice(0, maxTextLength)}…` : value;
  if (Array.isArray(value)) return value.map(bounded);
  if (value !== null && typeof value === "object") return boundedObject(value);
  return value;
}

function boundedObject(value: JsonObject): JsonObject {
  if (isBounded(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, bounded(member)]));
}

/** Members that are undefined are not there once the event is written. */
export function auditEvent(facts: EventFacts): AuditEvent {
  const { error, tls, hostHeader } = facts;
  return {
    eventVersion: "1.11",
    userIdentity: facts.userIdentity,
    eventTime: eventTime(facts.atMs),
    eventSource: facts.eventSource,
    eventName: facts.eventName,
    awsRegion: facts.region,
    sourceIPAddress: facts.sourceIpAddress,
    userAgent: facts.userAgent.slice(0, 1024),
    errorCode: error?.code,
    errorMessage: error?.message,
    requestParameters: facts.requestParameters && boundedObject(facts.requestParameters),
    responseElements: facts.responseElements && boundedObject(facts.responseElements),
    requestID: facts.requestId,
    eventID: facts.eventId,
    readOnly: facts.readOnly,
    resources: facts.resources,
    eventType: "AwsApiCall",
    managementEvent: facts.category === "Management",
    recipientAccountId: facts.recipientAccountId,
    sharedEventID: facts.sharedEventId,
    eventCategory: facts.category,
    tlsDetails:
      hostHeader === undefined
        ? undefined
        : {
            tlsVersion: tls?.version,
            cipherSuite: tls?.cipherSuite,
            clientProvidedHostHeader: hostHeader,
          },
  };
}
