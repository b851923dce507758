/** Casting what is marked: sealed, sent under one key, sent again under the same key where no answer came (HB-153). */
import { useMutation } from '@tanstack/vue-query'
import { computed, ref, shallowRef, watch, type Ref } from 'vue'
import { answer, api, type Schemas } from '@/api/client'
import { isUnsure } from '@/api/problem'
import { say } from '@/components/live-region'
import { t } from '@/i18n'
import { idOf, type useMarks } from './ballot'
import { sealVote } from './sealing'

interface Sent {
  key: string
  /** Ids of the materials. */
  rows: readonly string[]
  envelopes: string[]
}

export function useCasting(
  paper: Readonly<Ref<Schemas['Paper'] | undefined>>,
  { marks, marked, open, forget }: ReturnType<typeof useMarks>,
  again: () => Promise<unknown>,
) {
  /** What was sent without an answer: cast again under the same key, it never counts twice. */
  const unsure = shallowRef<Sent>()
  const castNow = ref(0)

  function sealed(): Sent {
    const { ballot_id, voter_id, intake_key } = paper.value!
    const address = { ballot_id, voter_id: voter_id!, intake_key }
    return {
      key: crypto.randomUUID(),
      rows: marked.value.map(idOf),
      envelopes: marked.value.map((row) => sealVote(address, idOf(row), marks.value.get(idOf(row))!)),
    }
  }

  function arrived({ rows }: Sent): void {
    unsure.value = undefined
    castNow.value = rows.length
    forget()
    const left = open.value.filter((row) => !rows.includes(idOf(row))).length
    say(t(left ? 'expert.vote.cast' : 'expert.vote.done', { n: rows.length, left }))
  }
  // The paper, read again, may say that what got no answer has arrived.
  watch(paper, (now) => {
    const cast = now?.rows.filter((row) => row.state === 'cast').map(idOf)
    if (unsure.value?.rows.every((one) => cast?.includes(one))) arrived(unsure.value)
  })

  const cast = useMutation({
    mutationFn: async (): Promise<Sent> => {
      const wanted = unsure.value ?? sealed()
      try {
        await answer(
          api.POST('/ballots/{ballot_id}/votes', {
            params: {
              path: { ballot_id: paper.value!.ballot_id },
              header: { 'idempotency-key': wanted.key },
            },
            body: { sealed: wanted.envelopes },
          }),
        )
      } catch (error) {
        unsure.value = isUnsure(error) ? wanted : undefined
        throw error
      }
      return wanted
    },
    onSuccess: arrived,
    onSettled: () => again(),
  })
  // What was marked and sent belongs to its round: in the next one everybody begins anew.
  watch(
    () => paper.value?.ballot_id,
    (now, before) => {
      if (!before || now === before) return
      unsure.value = undefined
      castNow.value = 0
      forget()
    },
  )
  const castError = computed(() => (unsure.value || castNow.value ? undefined : cast.error.value))
  return { cast, castNow, castError, unsure }
}
