/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "command/write.h"

#include <string.h>

#include "command/bus.h"
#include "command/input.h"
#include "command/record.h"
#include "protocol/name.h"
#include "protocol/revision.h"

/* What the command line says. */
typedef struct
{
  char *file;
  char *expected_revision_text;
  guint64 expected_revision;
  gboolean not_durable;
  gboolean json;
} Options;

static void
options_clear (Options *self)
{
  g_free (self->file);
  g_free (self->expected_revision_text);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

static gboolean
parse (Options *self, Arguments *arguments, const WriteKind *kind, GError **error)
{
  const GOptionEntry options[] = {
    { "expected-revision", 0, 0, G_OPTION_ARG_FILENAME, &self->expected_revision_text,
      "Refuse (status 4) unless the topic is at revision N; 0 = never written", "N" },
    { "no-durable", 0, 0, G_OPTION_ARG_NONE, &self->not_durable,
      "Don't wait for stable storage; a crash within a second may lose it", NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &self->json, "Print a JSON object with topic and revision",
      NULL },
    /* Only where there is data to give. */
    { kind->value == NULL ? "file" : NULL, 0, 0, G_OPTION_ARG_FILENAME, &self->file,
      "Take the data from FILE; - is standard input", "FILE" },
    G_OPTION_ENTRY_NULL,
  };

  return arguments_parse (arguments, options, kind->description, 1, kind->value == NULL ? 2 : 1,
                          error) &&
         arguments_parse_revision (arguments, "--expected-revision", self->expected_revision_text,
                                   &self->expected_revision, error) &&
         state_sync_name_check (arguments->argv[0], error);
}

/* NULL with @error unless the command line gives data in exactly one way, and good data. */
static GBytes *
read_value (const Options *self, Arguments *arguments, const WriteKind *kind, GError **error)
{
  const char *argument = arguments->argv[1];

  if (kind->value != NULL)
    return g_bytes_new_static (kind->value, strlen (kind->value));
  if ((argument == NULL) == (self->file == NULL))
    {
      arguments_refuse (
          arguments, "Give the data in one way: as JSON, as - for standard input, or with --file",
          error);
      return NULL;
    }
  return input_read_value (arguments->argv[0], argument, self->file, error);
}

/* (transfer full): what the Write call takes. */
static GVariant *
write_options (const Options *self, const WriteKind *kind)
{
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);

  g_variant_dict_insert (&dict, "mode", "s", kind->mode);
  if (self->not_durable)
    g_variant_dict_insert (&dict, "durable", "b", FALSE);
  if (self->expected_revision_text != NULL)
    g_variant_dict_insert (&dict, "expected-revision", "t", self->expected_revision);
  return g_variant_ref_sink (g_variant_dict_end (&dict));
}

static gboolean
call_write (const char *topic, GBytes *value, GVariant *options, guint64 *revision, GError **error)
{
  g_autoptr (StateSyncBusService) service = bus_connect_service (error);
  gsize length;
  const char *bytes = g_bytes_get_data (value, &length);
  g_autofree char *data = g_strndup (bytes, length);
  gboolean called;

  if (service == NULL)
    return FALSE;

  called = state_sync_bus_service_call_write_sync (
      service, topic, data, options, G_DBUS_CALL_FLAGS_NONE, -1, revision, NULL, error);
  return bus_explain (called, error);
}

static void
print_revision (Output *out, gboolean json, const char *topic, guint64 revision)
{
  char text[STATE_SYNC_REVISION_TEXT_SIZE];

  if (json)
    record_print (out, TRUE, topic, revision, NULL);
  else
    output_line (out, state_sync_revision_format (revision, text));
}

gboolean
write_run (Arguments *arguments, const WriteKind *kind, GError **error)
{
  g_auto (Options) options = { 0 };
  g_autoptr (GBytes) value = NULL;
  g_autoptr (GVariant) call_options = NULL;
  guint64 revision;

  if (!parse (&options, arguments, kind, error))
    return FALSE;

  call_options = write_options (&options, kind);
  value = read_value (&options, arguments, kind, error);
  if (value == NULL || !call_write (arguments->argv[0], value, call_options, &revision, error))
    return FALSE;

  print_revision (arguments->out, options.json, arguments->argv[0], revision);
  return TRUE;
}
