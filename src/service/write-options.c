/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "service/write-options.h"

#include "protocol/error.h"

/* Why the value is refused, or NULL once it is set. Its type has been checked. */
typedef const char *(*SetOption) (StateSyncWrite *write, GVariant *value);

static const char *
set_mode (StateSyncWrite *write, GVariant *value)
{
  const char *mode = g_variant_get_string (value, NULL);

  if (g_str_equal (mode, "replace"))
    write->mode = STATE_SYNC_WRITE_REPLACE;
  else if (g_str_equal (mode, "merge"))
    write->mode = STATE_SYNC_WRITE_MERGE;
  else
    return "it is neither ‘replace’ nor ‘merge’";
  return NULL;
}

static const char *
set_expected_revision (StateSyncWrite *write, GVariant *value)
{
  write->expected_revision = g_variant_get_uint64 (value);
  write->has_expected_revision = TRUE;
  return NULL;
}

static const char *
set_durable (StateSyncWrite *write, GVariant *value)
{
  write->durable = g_variant_get_boolean (value);
  return NULL;
}

static const struct
{
  const char *key;
  const GVariantType *type;
  const char *wrong_type;
  SetOption set;
} known_options[] = {
  { "mode", G_VARIANT_TYPE_STRING, "it is not a string (s)", set_mode },
  { "expected-revision", G_VARIANT_TYPE_UINT64, "it is not an unsigned 64 bit integer (t)",
    set_expected_revision },
  { "durable", G_VARIANT_TYPE_BOOLEAN, "it is not a boolean (b)", set_durable },
};

/* @given: which of the options were set before, a bit each */
static const char *
set_option (StateSyncWrite *write, const char *key, GVariant *value, guint *given)
{
  for (guint i = 0; i < G_N_ELEMENTS (known_options); i++)
    {
      if (!g_str_equal (key, known_options[i].key))
        continue;
      if (*given & 1u << i)
        return "it is given twice; give it once";
      *given |= 1u << i;
      if (!g_variant_is_of_type (value, known_options[i].type))
        return known_options[i].wrong_type;
      return known_options[i].set (write, value);
    }
  return "there is no such option; there are mode, expected-revision and durable";
}

/* @options (a{sv}): as the interface documents them for Write. */
gboolean
state_sync_write_set_options (StateSyncWrite *write, GVariant *options, GError **error)
{
  GVariantIter iter;
  const char *key;
  GVariant *value;
  guint given = 0;

  g_variant_iter_init (&iter, options);
  while (g_variant_iter_loop (&iter, "{&sv}", &key, &value))
    {
      const char *fault = set_option (write, key, value, &given);

      if (fault == NULL)
        continue;

      g_propagate_error (error, state_sync_error_invalid_option (write->topic, key, fault));
      g_variant_unref (value);
      return FALSE;
    }
  return TRUE;
}
