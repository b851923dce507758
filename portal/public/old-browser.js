/* Only browsers without modules run this: they get the page that says which browser to take (HB-08). */
window.location.replace('/unsupported.html')
