import { expect, test } from 'vitest';
import { loadFailure } from './load-failure.ts';

test.each([
  ['net::ERR_CERT_AUTHORITY_INVALID', 'CERTIFICATE_ERROR'],
  ['net::ERR_SSL_PROTOCOL_ERROR', 'CERTIFICATE_ERROR'],
  ['net::ERR_NAME_NOT_RESOLVED', 'HOST_UNREACHABLE'],
  ['net::ERR_CONNECTION_REFUSED', 'HOST_UNREACHABLE'],
])('%s is %s', (error, code) => {
  expect(loadFailure(error, 'https://a.test/')).toMatchObject({ code, entry: 'https://a.test/' });
});
