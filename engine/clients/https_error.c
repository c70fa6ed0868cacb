/*
 * engine/clients/https_error.c - what the end of a transfer means: an answer, or an error a person can act on.
 *
 * The question that decides is whether the request can have been carried out. Bytes of it have left, it changes something, and
 * no whole answer came: then it may have been, and only looking can tell.
 */
#include "engine/clients/https_transfer.h"

#include <string.h>

#include "base/clock.h"

bool https_transfer_was_sent(const HttpsTransfer *transfer)
{
    long bytes = 0;

    curl_easy_getinfo(transfer->easy, CURLINFO_REQUEST_SIZE, &bytes);
    return bytes > 0;
}

/* libcurl's own words, or its name for the code where it had none. */
static const char *curl_words(const HttpsTransfer *transfer, CURLcode result)
{
    return transfer->text[0] != '\0' ? transfer->text : curl_easy_strerror(result);
}

static const char *certificate_remedy(const char *text)
{
    if (strstr(text, "expired") != NULL || strstr(text, "not yet valid") != NULL)
        return "renew it, or set the clocks right";
    if (strstr(text, "subject name") != NULL || strstr(text, "match") != NULL)
        return "connect by a name the certificate is for, or give that name as server name";
    return "give the authority that issued it (certificate-authority)";
}

static bool fail_on_certificate(const HttpsTransfer *transfer, CURLcode result, Error *err)
{
    const char *text = curl_words(transfer, result);

    return error_set(err, ERR_DENIED, "the certificate of %s is not accepted: %s; %s",
                     transfer->peer, text, certificate_remedy(text));
}

/* TLS 1.3 tells a client that its certificate is missing or unwanted only after it has sent its request. */
static bool is_refusal_of_us(const char *text)
{
    return strstr(text, "alert certificate") != NULL ||
           strstr(text, "alert bad certificate") != NULL ||
           strstr(text, "alert unknown ca") != NULL || strstr(text, "alert access denied") != NULL;
}

static bool is_our_own_fault(CURLcode result)
{
    return result == CURLE_SSL_CERTPROBLEM || result == CURLE_SSL_CACERT_BADFILE ||
           result == CURLE_URL_MALFORMAT || result == CURLE_BAD_FUNCTION_ARGUMENT ||
           result == CURLE_SSL_CIPHER;
}

static bool is_protocol_error(CURLcode result)
{
    return result == CURLE_WEIRD_SERVER_REPLY || result == CURLE_UNSUPPORTED_PROTOCOL ||
           result == CURLE_BAD_CONTENT_ENCODING || result == CURLE_WRITE_ERROR;
}

static bool fail_before_sending(const HttpsTransfer *transfer, CURLcode result, Error *err)
{
    char within[CLOCK_TEXT_MAX];
    long errno_of_connect = 0;
    const char *text = curl_words(transfer, result);

    if (result == CURLE_OPERATION_TIMEDOUT)
        return error_set(err, ERR_UNAVAILABLE, "no connection to %s within %s", transfer->peer,
                         clock_duration(transfer->timeout_ms, within));
    if (result == CURLE_SSL_CONNECT_ERROR && strstr(text, "wrong version number") != NULL)
        return error_set(err, ERR_PROTOCOL, "%s does not speak TLS: %s", transfer->peer, text);
    curl_easy_getinfo(transfer->easy, CURLINFO_OS_ERRNO, &errno_of_connect);
    if (result == CURLE_COULDNT_CONNECT && errno_of_connect != 0)
        text = strerror((int)errno_of_connect);
    return error_set(err, ERR_UNAVAILABLE, "cannot connect to %s: %s", transfer->peer, text);
}

static bool fail_after_sending(const HttpsTransfer *transfer, CURLcode result, Error *err)
{
    bool is_timeout = result == CURLE_OPERATION_TIMEDOUT;
    char within[CLOCK_TEXT_MAX], reason[CURL_ERROR_SIZE + 64];
    ErrorCode code = is_timeout ? ERR_TIMEOUT : ERR_UNAVAILABLE;

    if (is_timeout)
        snprintf(reason, sizeof reason, "no whole answer within %s",
                 clock_duration(transfer->timeout_ms, within));
    else if (transfer->is_too_long)
        snprintf(reason, sizeof reason, "the answer is longer than %d MiB", HTTPS_BODY_MAX >> 20);
    else
        snprintf(reason, sizeof reason, "the answer broke off: %s", curl_words(transfer, result));
    if (!transfer->is_read)
        return error_set(err, ERR_AMBIGUOUS,
                         "%s from %s; the request was sent and may have been carried out", reason,
                         transfer->peer);
    if (is_protocol_error(result))
        code = ERR_PROTOCOL;
    return error_set(err, code, "%s from %s", reason, transfer->peer);
}

static bool fail(const HttpsTransfer *transfer, CURLcode result, Error *err)
{
    const char *text = curl_words(transfer, result);

    if (result == CURLE_PEER_FAILED_VERIFICATION || result == CURLE_SSL_ISSUER_ERROR)
        return fail_on_certificate(transfer, result, err);
    if (is_refusal_of_us(text))
        return error_set(err, ERR_DENIED, "%s does not accept our client certificate: %s",
                         transfer->peer, text);
    if (is_our_own_fault(result))
        return error_set(err, ERR_INPUT, "the request to %s cannot be made: %s", transfer->peer,
                         text);
    if (!https_transfer_was_sent(transfer))
        return fail_before_sending(transfer, result, err);
    return fail_after_sending(transfer, result, err);
}

bool https_transfer_end(HttpsTransfer *transfer, CURLcode result, HttpsReply *out_reply, Error *err)
{
    long status = 0;

    if (result != CURLE_OK)
        return fail(transfer, result, err);
    curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
    transfer->reply.status = (int)status;
    *out_reply = transfer->reply;
    memset(&transfer->reply, 0, sizeof transfer->reply);
    return true;
}
