import { VueQueryPlugin, type VueQueryPluginOptions } from '@tanstack/vue-query'
import { createApp } from 'vue'
import { Problem } from './api/problem'
import App from './App.vue'
import { i18n, rememberedLocale, speak } from './i18n'
import { router } from './router'
import './theme/index.css'

const queries: VueQueryPluginOptions = {
  queryClientConfig: {
    defaultOptions: {
      queries: {
        // A refusal is an answer; only what may pass is asked again.
        retry: (count, error) => count < 3 && (!(error instanceof Problem) || error.isPassing),
        staleTime: 5_000,
        refetchOnWindowFocus: false, // live updates say when to look again
      },
    },
  },
}

await speak(rememberedLocale())
createApp(App).use(i18n).use(VueQueryPlugin, queries).use(router).mount('#app')
