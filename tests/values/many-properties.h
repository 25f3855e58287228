/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* An object with a property of every kind: each is kept, and every setting of it is counted. */
#define TEST_TYPE_MANY (test_many_get_type ())
G_DECLARE_FINAL_TYPE (TestMany, test_many, TEST, MANY, GObject)

typedef enum
{
  TEST_SIZE_SMALL = 3,
  TEST_SIZE_VERY_LARGE = 7,
} TestSize;

typedef enum
{
  TEST_STYLE_BOLD = 1 << 0,
  TEST_STYLE_ITALIC = 1 << 3,
} TestStyle;

/* Made of a string like `3:4` by a transform, once test_many_teach_types() was called. */
typedef struct
{
  int x, y;
} TestPoint;

/* Made of an object like `{"from": 1, "to": 2}` by json-glib, which is taught by the same. */
typedef struct
{
  int from, to;
} TestSpan;

#define TEST_TYPE_SPAN (test_span_get_type ())
#define TEST_TYPE_SIZE (test_size_get_type ())
#define TEST_TYPE_STYLE (test_style_get_type ())
#define TEST_TYPE_POINT (test_point_get_type ())
GType     test_size_get_type             (void);
GType     test_style_get_type            (void);
GType     test_point_get_type            (void);
GType     test_span_get_type             (void);
void      test_many_teach_types (void);

TestMany *test_many_new                  (void);
/* So many settings of properties since it was made. */
guint     test_many_get_n_set            (TestMany *self);
/* Called by the next setting of a property, once. */
typedef void (*TestManyHook) (TestMany *self, GParamSpec *pspec, gpointer user_data);
void      test_many_set_hook             (TestMany *self, TestManyHook hook, gpointer user_data);
/* All of its properties as JSON, for comparing; those that can't be read are left out. */
char     *test_many_describe             (GObject *object);

G_END_DECLS
