/** What the province calls itself: system name, host, contact. */
import { computed, ref } from 'vue'

const name = ref('')
const host = ref('')
export const systemName = computed(() => name.value)
export const systemHost = computed(() => host.value)
