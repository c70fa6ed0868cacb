/*
 * base/yaml_nearest.c - the word that was probably meant.
 */
#include "base/yaml.h"

#include <ctype.h>
#include <string.h>

enum { WORD_MAX = 64 };

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static bool same(char a, char b)
{
    return tolower((unsigned char)a) == tolower((unsigned char)b);
}

/* Letters added, dropped, replaced or swapped (optimal string alignment), upper and lower case alike. */
static size_t distance(const char *a, size_t a_length, const char *b, size_t b_length)
{
    size_t rows[3][WORD_MAX + 1]; /* the row before the last, the last, this one: by i modulo 3 */

    for (size_t j = 0; j <= b_length; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= a_length; i++) {
        size_t *now = rows[i % 3], *last = rows[(i + 2) % 3], *before = rows[(i + 1) % 3];

        now[0] = i;
        for (size_t j = 1; j <= b_length; j++) {
            now[j] = least(least(last[j], now[j - 1]) + 1, last[j - 1] + !same(a[i - 1], b[j - 1]));
            if (i > 1 && j > 1 && same(a[i - 1], b[j - 2]) && same(a[i - 2], b[j - 1]))
                now[j] = least(now[j], before[j - 2] + 1);
        }
    }
    return rows[a_length % 3][b_length];
}

const char *yaml_nearest(const char *text, const char *const *words)
{
    size_t length = strlen(text);
    size_t best =
        length / 3 + 1 + 1; /* one more than may be wrong: a third of the letters, and one */
    const char *nearest = NULL;

    if (length < 2 || length > WORD_MAX)
        return NULL;
    for (; *words != NULL; words++) {
        size_t word_length = strlen(*words);
        size_t apart;

        if (word_length > WORD_MAX)
            continue;
        apart = distance(text, length, *words, word_length);
        if (apart < best && apart < word_length) {
            best = apart;
            nearest = *words;
        }
    }
    return nearest;
}
