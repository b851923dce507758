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
      envelopes: marked.value.map((row) => sealVote(address, idOf(row), marks.value.get(idOf(row))!)),
    }
  }

  const cast = useMutation({
    mutationFn: async (): Promise<number> => {
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
      unsure.value = undefined
      return wanted.envelopes.length
    },
    onSuccess: (n) => {
      castNow.value = n
      forget()
      say(t('expert.vote.cast', { n, left: open.value.length - n }))
    },
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
  const castError = computed(() => (unsure.value ? undefined : cast.error.value))
  return { cast, castNow, castError, unsure }
}
