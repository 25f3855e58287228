/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "service/write-options.h"

#include "protocol/error.h"

/* Whether the value is one of those that are accepted, and set then. Its type has been checked. */
typedef gboolean (*SetOption) (StateSyncWrite *write, GVariant *value);

static gboolean
set_mode (StateSyncWrite *write, GVariant *value)
{
  const char *mode = g_variant_get_string (value, NULL);

  if (g_str_equal (mode, "replace"))
    write->mode = STATE_SYNC_WRITE_REPLACE;
  else if (g_str_equal (mode, "merge"))
    write->mode = STATE_SYNC_WRITE_MERGE;
  else
    return FALSE;
  return TRUE;
}

static gboolean
set_expected_revision (StateSyncWrite *write, GVariant *value)
{
  write->expected_revision = g_variant_get_uint64 (value);
  write->has_expected_revision = TRUE;
  return TRUE;
}

static gboolean
set_durable (StateSyncWrite *write, GVariant *value)
{
  write->durable = g_variant_get_boolean (value);
  return TRUE;
}

static const struct
{
  const char *key;
  const GVariantType *type;
  const char *accepted;
  SetOption set;
} known_options[] = {
  { "mode", G_VARIANT_TYPE_STRING, "the string (s) “replace” or “merge”", set_mode },
  { "expected-revision", G_VARIANT_TYPE_UINT64, "an unsigned 64 bit integer (t)",
    set_expected_revision },
  { "durable", G_VARIANT_TYPE_BOOLEAN, "a boolean (b)", set_durable },
};

static char *
describe_wrong_type (GVariant *value, const char *accepted)
{
  return g_strdup_printf ("it is of type %s; give %s", g_variant_get_type_string (value), accepted);
}

/* @value: a string */
static char *
describe_wrong_value (GVariant *value, const char *accepted)
{
  g_autofree char *quoted = state_sync_error_quote (g_variant_get_string (value, NULL));

  return g_strdup_printf ("it is %s; give %s", quoted, accepted);
}

/* (transfer full) (nullable): why the option is refused; NULL once it is set.
 * @given: which of the options were set before, a bit each */
static char *
set_option (StateSyncWrite *write, const char *key, GVariant *value, guint *given)
{
  for (guint i = 0; i < G_N_ELEMENTS (known_options); i++)
    {
      if (!g_str_equal (key, known_options[i].key))
        continue;
      if (*given & 1u << i)
        return g_strdup ("it is given twice; give it once");
      *given |= 1u << i;
      if (!g_variant_is_of_type (value, known_options[i].type))
        return describe_wrong_type (value, known_options[i].accepted);
      if (!known_options[i].set (write, value))
        return describe_wrong_value (value, known_options[i].accepted);
      return NULL;
    }
  return g_strdup (
      "there is no such option; leave it out, or give mode, expected-revision or durable");
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
      g_autofree char *fault = set_option (write, key, value, &given);

      if (fault == NULL)
        continue;

      g_propagate_error (error, state_sync_error_invalid_option (write->topic, key, fault));
      g_variant_unref (value);
      return FALSE;
    }
  return TRUE;
}
