import { VueQueryPlugin } from '@tanstack/vue-query'
import { createApp } from 'vue'
import { queryClient } from './api/queries'
import App from './App.vue'
import { i18n, rememberedLocale, speak } from './i18n'
import { router } from './router'
import './theme/index.css'

await speak(rememberedLocale())
createApp(App).use(i18n).use(VueQueryPlugin, { queryClient }).use(router).mount('#app')
