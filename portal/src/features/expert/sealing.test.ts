import { hsalsa, xsalsa20poly1305 } from '@noble/ciphers/salsa.js'
import { x25519 } from '@noble/curves/ed25519.js'
import { expect, it } from 'vitest'
import { sealedBox, sealVote } from './sealing'

const paper = {
  ballot_id: '00000000-0000-4000-8000-000000000008',
  voter_id: '00000000-0000-4000-8000-000000000009',
  intake_key: btoa(String.fromCharCode(...x25519.getPublicKey(new Uint8Array(32).fill(7)))),
}
const material = '00000000-0000-4000-8000-00000000000a'

// req: HB-153
it('makes envelopes of one length, each unlike the others, in which nothing can be read', () => {
  const approve = sealVote(paper, material, 'approve')
  const reject = sealVote(paper, material, 'reject')
  expect(atob(approve)).toHaveLength(97)
  expect(approve).toHaveLength(reject.length)
  expect(approve).not.toBe(sealVote(paper, material, 'approve'))
  // The first 16 bytes of any 97 could be the ballot's only by chance.
  expect(atob(approve)).not.toContain('\x80\x00\x00\x00\x00\x00\x00\x08')
})

it('derives the key of a box as libsodium does', () => {
  // Vector of NaCl's tests/core1.c: the shared secret of Alice and Bob, and the first key out of it.
  const shared = '4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742'
  const first = '1b27556473e985d462cd51197a9a46c76009549eac6474f206c4ee0844f68389'
  const bytes = Uint8Array.from(shared.match(/../g)!, (pair) => parseInt(pair, 16))
  const out = new Uint32Array(8)
  const sigma = new TextEncoder().encode('expand 32-byte k')
  hsalsa(new Uint32Array(sigma.buffer), new Uint32Array(bytes.buffer), new Uint32Array(4), out)
  const hex = [...new Uint8Array(out.buffer)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  expect(hex).toBe(first)
  expect(sealedBox(new Uint8Array(49), new Uint8Array(32).fill(9))).toHaveLength(97)
  expect(xsalsa20poly1305.tagLength).toBe(16)
})
