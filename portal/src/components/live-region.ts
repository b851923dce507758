/** Say something to readers of the screen that others see: counts and results, no sentence per event. */
import { ref } from 'vue'

export const spoken = ref('')

export function say(text: string): void {
  // The same sentence twice is heard twice.
  spoken.value = spoken.value === text ? `${text}\u00A0` : text
}
