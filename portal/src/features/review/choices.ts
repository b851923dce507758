/** What the filters of a list offer: the catalogue, the form's lists, regions and committees (HB-172). */
import { useQuery } from '@tanstack/vue-query'
import { computed, type Ref } from 'vue'
import { answer, api, type Schemas } from '@/api/client'
import { allPages } from '@/api/pages'
import { distinct, pairs, useCatalogue, type Choice } from '@/form/catalogue'
import { word } from '@/frames/portal'
import type { CaseFilters, Filter } from './query'

type Catalogue = Schemas['Catalogue']
const SLOW_CHANGING = 10 * 60_000

function below(catalogue: Catalogue, filters: CaseFilters) {
  const series = catalogue.categories
    .filter((one) => !filters.category || one.code === filters.category)
    .flatMap((one) => one.series)
  return {
    series,
    chosen: series.filter((one) => !filters.title_series || one.code === filters.title_series),
  }
}

/** Choices by filter, narrowed by what is chosen above them; a filter without choices takes text. */
export function useChoices(filters: Ref<CaseFilters>) {
  const catalogue = useCatalogue()
  const setting = useQuery({
    queryKey: ['form', 'setting'],
    queryFn: () => answer(api.GET('/forms/setting')),
    staleTime: SLOW_CHANGING,
  })
  const form = useQuery({
    queryKey: ['form', 'current'],
    queryFn: () => answer(api.GET('/forms')),
    staleTime: SLOW_CHANGING,
  })
  const options = useQuery({
    queryKey: ['account-options'],
    queryFn: () => answer(api.GET('/account-options')),
    staleTime: SLOW_CHANGING,
  })
  const committees = useQuery({
    queryKey: ['committee', 'all'],
    queryFn: () => allPages((query) => answer(api.GET('/committees', { params: { query } }))),
    staleTime: 60_000,
  })
  const listed = (name: string): Choice[] =>
    (setting.data.value?.options?.[name] ?? form.data.value?.form.options?.[name] ?? []).map((one) => ({
      code: one.code,
      label: word(one.label),
    }))

  return computed<Partial<Record<Filter, Choice[]>>>(() => {
    const all = catalogue.data.value
    const { series, chosen } = all ? below(all, filters.value) : { series: [], chosen: [] }
    const tracks = chosen.flatMap((one) => one.tracks)
    const titles = distinct(tracks.flatMap((one) => pairs(one.titles)))
    const everyTitle = distinct(
      (all?.categories ?? []).flatMap((one) =>
        one.series.flatMap((each) => each.tracks.flatMap((track) => pairs(track.titles))),
      ),
    )
    const levels = pairs(all?.levels ?? {})
    return {
      category: (all?.categories ?? []).map(({ code, label }) => ({ code, label })),
      title_series: distinct(series.map(({ code, label }) => ({ code, label }))),
      specialty: distinct([
        ...chosen.flatMap((one) => pairs(one.specialties)),
        ...tracks.flatMap((one) => pairs(one.specialties)),
      ]),
      declared_title: titles,
      title_level: levels,
      declaration_mode: listed('declaration_mode'),
      review_mode: listed('review_mode'),
      highest_education: listed('education_level'),
      first_education: listed('education_level'),
      committee_id: (committees.data.value ?? []).map((one) => ({
        code: one.committee_id,
        label: one.name,
      })),
      region: (options.data.value?.regions ?? []).map((one) => ({ code: one.code, label: one.name })),
      current_title: everyTitle,
      current_title_level: levels,
      special_experience: listed('special_experience'),
      major: distinct(
        (all?.categories ?? []).flatMap((one) => one.series.flatMap((each) => pairs(each.specialties))),
      ),
    }
  })
}
