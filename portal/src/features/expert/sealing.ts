/**
 * Votes in envelopes: libsodium's sealed box (X25519, XSalsa20-Poly1305, BLAKE2b), in plain JavaScript, since our policy
 * forbids WebAssembly. The gateway opens them, checks them and seals anew for the ballot (docs/ballots.md).
 */
import { hsalsa, xsalsa20poly1305 } from '@noble/ciphers/salsa.js'
import { x25519 } from '@noble/curves/ed25519.js'
import { blake2b } from '@noble/hashes/blake2.js'

export type Choice = 'approve' | 'reject'

const SIGMA = words(new TextEncoder().encode('expand 32-byte k'))

function words(bytes: Uint8Array): Uint32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return Uint32Array.from({ length: bytes.length / 4 }, (_, at) => view.getUint32(4 * at, true))
}

function bytesOf(numbers: Uint32Array): Uint8Array {
  const bytes = new Uint8Array(4 * numbers.length)
  const view = new DataView(bytes.buffer)
  numbers.forEach((number, at) => view.setUint32(4 * at, number, true))
  return bytes
}

function joined(...parts: Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

/** `crypto_box_seal`: only the holder of the secret key reads it, nobody can say who wrote it. */
export function sealedBox(content: Uint8Array, publicKey: Uint8Array): Uint8Array {
  const own = x25519.keygen()
  const shared = new Uint32Array(8)
  hsalsa(SIGMA, words(x25519.getSharedSecret(own.secretKey, publicKey)), new Uint32Array(4), shared)
  const nonce = blake2b(joined(own.publicKey, publicKey), { dkLen: 24 })
  return joined(own.publicKey, xsalsa20poly1305(bytesOf(shared), nonce).encrypt(content))
}

const uuidBytes = (id: string) =>
  Uint8Array.from(id.replaceAll('-', '').match(/../g)!, (pair) => parseInt(pair, 16))
const fromBase64 = (text: string) => Uint8Array.from(atob(text), (one) => one.charCodeAt(0))
const toBase64 = (bytes: Uint8Array) => btoa(String.fromCharCode(...bytes))

export interface Paper {
  ballot_id: string
  voter_id: string
  intake_key: string
}

/** One vote as it travels: ballot, material, voter and one byte for the choice, sealed; always 97 bytes. */
export function sealVote(paper: Paper, material: string, choice: Choice): string {
  const content = joined(
    uuidBytes(paper.ballot_id),
    uuidBytes(material),
    uuidBytes(paper.voter_id),
    Uint8Array.of(choice === 'approve' ? 1 : 0),
  )
  return toBase64(sealedBox(content, fromBase64(paper.intake_key)))
}
