import * as manage from "./manage.ts";
import * as tags from "./tags.ts";
import { UpdateServerCertificate } from "./UpdateServerCertificate.ts";
import { UploadServerCertificate } from "./UploadServerCertificate.ts";

/** Certificates for TLS, for regions that AWS Certificate Manager does not serve. */
export const serverCertificateOperations = [
  UpdateServerCertificate,
  UploadServerCertificate,
  ...Object.values(manage),
  ...Object.values(tags),
];
