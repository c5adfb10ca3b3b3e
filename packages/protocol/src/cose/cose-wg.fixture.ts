// The COSE working group's examples, by name; tests/vectors/cose/README.md says where they are from.

import gcm1 from '../../../../tests/vectors/cose/aes-gcm-examples/aes-gcm-01.json' with { type: 'json' };
import gcm2 from '../../../../tests/vectors/cose/aes-gcm-examples/aes-gcm-02.json' with { type: 'json' };
import gcm3 from '../../../../tests/vectors/cose/aes-gcm-examples/aes-gcm-03.json' with { type: 'json' };
import gcm4 from '../../../../tests/vectors/cose/aes-gcm-examples/aes-gcm-04.json' with { type: 'json' };
import gcm5 from '../../../../tests/vectors/cose/aes-gcm-examples/aes-gcm-05.json' with { type: 'json' };
import gcmEnc1 from '../../../../tests/vectors/cose/aes-gcm-examples/aes-gcm-enc-01.json' with { type: 'json' };
import gcmEnc2 from '../../../../tests/vectors/cose/aes-gcm-examples/aes-gcm-enc-02.json' with { type: 'json' };
import gcmEnc3 from '../../../../tests/vectors/cose/aes-gcm-examples/aes-gcm-enc-03.json' with { type: 'json' };
import gcmEnc4 from '../../../../tests/vectors/cose/aes-gcm-examples/aes-gcm-enc-04.json' with { type: 'json' };
import wrap4 from '../../../../tests/vectors/cose/aes-wrap-examples/aes-wrap-256-04.json' with { type: 'json' };
import wrap5 from '../../../../tests/vectors/cose/aes-wrap-examples/aes-wrap-256-05.json' with { type: 'json' };
import sig1 from '../../../../tests/vectors/cose/ecdsa-examples/ecdsa-sig-01.json' with { type: 'json' };
import sig2 from '../../../../tests/vectors/cose/ecdsa-examples/ecdsa-sig-02.json' with { type: 'json' };
import sig3 from '../../../../tests/vectors/cose/ecdsa-examples/ecdsa-sig-03.json' with { type: 'json' };
import sig4 from '../../../../tests/vectors/cose/ecdsa-examples/ecdsa-sig-04.json' with { type: 'json' };
import encrypted from '../../../../tests/vectors/cose/encrypted-tests/aes-gcm-01.json' with { type: 'json' };
import encFail2 from '../../../../tests/vectors/cose/encrypted-tests/enc-fail-02.json' with { type: 'json' };
import encPass2 from '../../../../tests/vectors/cose/encrypted-tests/enc-pass-02.json' with { type: 'json' };
import signFail1 from '../../../../tests/vectors/cose/sign1-tests/sign-fail-01.json' with { type: 'json' };
import signFail2 from '../../../../tests/vectors/cose/sign1-tests/sign-fail-02.json' with { type: 'json' };
import signFail3 from '../../../../tests/vectors/cose/sign1-tests/sign-fail-03.json' with { type: 'json' };
import signFail4 from '../../../../tests/vectors/cose/sign1-tests/sign-fail-04.json' with { type: 'json' };
import signFail6 from '../../../../tests/vectors/cose/sign1-tests/sign-fail-06.json' with { type: 'json' };
import signFail7 from '../../../../tests/vectors/cose/sign1-tests/sign-fail-07.json' with { type: 'json' };
import signPass1 from '../../../../tests/vectors/cose/sign1-tests/sign-pass-01.json' with { type: 'json' };
import signPass2 from '../../../../tests/vectors/cose/sign1-tests/sign-pass-02.json' with { type: 'json' };
import signPass3 from '../../../../tests/vectors/cose/sign1-tests/sign-pass-03.json' with { type: 'json' };

export const encrypt0 = { gcmEnc1, gcmEnc2, gcmEnc3, gcmEnc4, encrypted, encFail2, encPass2 };
export const encrypt = { gcm1, gcm2, gcm3, gcm4, gcm5, wrap4, wrap5 };
export const ecdsa = { sig1, sig2, sig3, sig4 };
export const sign1 = {
  signFail1,
  signFail2,
  signFail3,
  signFail4,
  signFail6,
  signFail7,
  signPass1,
  signPass2,
  signPass3,
};
