/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cache/zip.h"

#define CHUNK 65536
#define LEVEL 6

/* @limit: more than so much is a failure, and never held. */
static GBytes *
convert (GConverter *converter, GBytes *input, gsize limit)
{
  g_autoptr (GByteArray) output = g_byte_array_new ();
  gsize length;
  const guint8 *data = g_bytes_get_data (input, &length);
  g_autofree guint8 *chunk = g_malloc (CHUNK);
  GConverterResult result;

  do
    {
      gsize n_read = 0;
      gsize n_written = 0;

      result = g_converter_convert (converter, data, length, chunk, CHUNK, G_CONVERTER_INPUT_AT_END,
                                    &n_read, &n_written, NULL);
      if (result == G_CONVERTER_ERROR || n_written > limit - output->len)
        return NULL;
      g_byte_array_append (output, chunk, (guint)n_written);
      data += n_read;
      length -= n_read;
    }
  while (result != G_CONVERTER_FINISHED);
  return length == 0 ? g_byte_array_free_to_bytes (g_steal_pointer (&output)) : NULL;
}

/* (nullable): NULL if nothing is gained by it. */
GBytes *
state_sync_zip (GBytes *data)
{
  g_autoptr (GConverter) compressor =
      G_CONVERTER (g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_ZLIB, LEVEL));

  return convert (compressor, data, MIN (g_bytes_get_size (data), G_MAXUINT));
}

/* (nullable): NULL if that is not how @length bytes were zipped. */
GBytes *
state_sync_unzip (GBytes *zipped, gsize length)
{
  g_autoptr (GConverter) decompressor =
      G_CONVERTER (g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_ZLIB));
  g_autoptr (GBytes) data = convert (decompressor, zipped, MIN (length, G_MAXUINT));

  return data != NULL && g_bytes_get_size (data) == length ? g_steal_pointer (&data) : NULL;
}
