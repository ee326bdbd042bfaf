export { startDevelopmentS3 } from "./development-s3/start.ts";
export { s3Service } from "./s3/s3-service.ts";
export { unknownService } from "./unknown-service.ts";
export { parseUpstream } from "./upstream.ts";
export type { Upstream, UpstreamAddress, UpstreamRequest } from "./upstream.ts";
