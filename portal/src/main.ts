import { VueQueryPlugin } from '@tanstack/vue-query'
import { createApp } from 'vue'
import { queryClient } from './api/queries'
import App from './App.vue'
import { i18n, rememberedLocale, speak, t } from './i18n'
import { router } from './router'
import './theme/index.css'

await speak(rememberedLocale())
const app = createApp(App).use(i18n).use(VueQueryPlugin, { queryClient }).use(router)
Object.assign(app.config.globalProperties, { $t: t })
app.mount('#app')
