#include <libkmod.h>
#include <stdarg.h>
#include <stddef.h>

static inline void klp_kmod_discard(void *data, int priority, const char *file, int line,
                                    const char *function, const char *format,
                                    va_list arguments) {}

/* A context that reads no configuration and prints nothing: the library would write to standard
   error. NULL when there is no memory. To be released with kmod_unref. */
static inline struct kmod_ctx *klp_kmod_new(void) {
  const char *no_configuration[] = {NULL};
  struct kmod_ctx *context = kmod_new(NULL, no_configuration);
  if (context != NULL) kmod_set_log_fn(context, klp_kmod_discard, NULL);
  return context;
}
