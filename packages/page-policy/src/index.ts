// What the pages may do in a browser, said once for everybody who says it: the document, the service worker, the hospital.

export { documentPolicy, headerPolicy, trustedTypesPolicy } from './content-security-policy.ts';
export { pageHeaders } from './page-headers.ts';
